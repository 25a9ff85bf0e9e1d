// A comparator: reads an output and writes what of it counts. Numbers count as far as machines agree on them, and everything else as it
// stands.
//
// A number is rounded to DIGITS significant digits, and is zero where it is smaller than 10^-ZERO. So 0.30000000000000004 and 0.3 are equal,
// and 1e3 and 1000, and 0.31 and 0.3 are not. Where two machines are a hair apart on both sides of a rounding's edge they differ: choose
// fewer digits than they have in common, and that is rare. A third machine decides then.
//
// usage: numbers < OUTPUT
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DIGITS
#define DIGITS 6
#endif
#ifndef ZERO
#define ZERO 12
#endif

// Most bytes of a word that may be a number.
#define LONGEST 64

// Writes a number; one right after another has its sign, so that zero has the same one however it came about.
static void number(double value, int is_after) {
  if (fabs(value) < pow(10, -ZERO)) value = 0;
  printf(is_after ? "%+.*e" : "%.*e", DIGITS - 1, value);
}

// The length of a decimal number at the beginning of a text: digits, a point, digits, and an exponent. Right after another number an
// exponent is enough, as in 0.3-1e-17j. None where another point and digits follow, as in versions, addresses and dates.
static size_t decimal(const char *text, int is_after) {
  const char *digits = "0123456789";
  size_t at = *text == '+' || *text == '-';
  size_t whole = strspn(text + at, digits), part = 0, exponent = 0;
  at += whole;
  if (whole && text[at] == '.') part = strspn(text + at + 1, digits);
  if (part) at += 1 + part;
  if (whole && (text[at] == 'e' || text[at] == 'E')) {
    size_t sign = text[at + 1] == '+' || text[at + 1] == '-';
    exponent = strspn(text + at + 1 + sign, digits);
    if (exponent) at += 1 + sign + exponent;
  }
  if (text[at] == '.' && isdigit((unsigned char)text[at + 1])) return 0;
  return part || (is_after && exponent) ? at : 0;
}

// Writes a word: a number, decimal numbers with something behind them, as in 0.3ms and 0.3+0.1j, or what it is. Digits without a point
// among letters are left alone: they are names and hashes, of which every digit counts.
static void word(const char *text, size_t length) {
  char *end;
  double value = strtod(text, &end);
  // Hexadecimal, infinities and the like are left as they are: nobody writes them for a measurement.
  int plain = length > 0 && strspn(text, "0123456789+-.eE") == length && strpbrk(text, "0123456789");
  if (plain && end == text + length && isfinite(value)) {
    number(value, 0);
    return;
  }
  const char *last = text + length;
  size_t taken;
  int is_after = 0;
  while ((taken = decimal(text, is_after)) && isfinite(value = strtod(text, &end)) && end == text + taken) {
    number(value, is_after);
    text = end;
    // Another one begins with its sign.
    if (*text != '+' && *text != '-') break;
    is_after = 1;
  }
  fwrite(text, 1, last - text, stdout);
}

// Whether a byte can be part of a number or a name, so that what ends a word is everything else.
static int is_inner(int byte) { return isalnum(byte) || byte == '+' || byte == '-' || byte == '.' || byte == '_' || byte >= 128; }

int main(void) {
  char text[LONGEST + 1];
  size_t length = 0;
  int byte, is_long = 0;
  while ((byte = getchar()) != EOF) {
    if (is_inner(byte) && !is_long && length < LONGEST) {
      text[length++] = byte;
      continue;
    }
    // What is longer than any number is written as it is.
    if (is_inner(byte) && !is_long) is_long = 1;
    if (is_long) {
      fwrite(text, 1, length, stdout);
    } else {
      text[length] = 0;
      word(text, length);
    }
    length = 0;
    putchar(byte);
    if (!is_inner(byte)) is_long = 0;
  }
  if (is_long) {
    fwrite(text, 1, length, stdout);
  } else {
    text[length] = 0;
    word(text, length);
  }
  return ferror(stdin) || fflush(stdout) ? 1 : 0;
}

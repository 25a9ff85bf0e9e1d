// One tile of a picture of the Mandelbrot set, as raw RGB on standard output, row by row.
//
// usage: mandelbrot WIDTH HEIGHT X0 Y0 W H MAX_ITER
//
// WIDTH and HEIGHT are those of the whole picture, in pixels; the tile has W times H of them and begins at X0, Y0. The picture shows
// what is between -2.25 and 0.75, around the real axis. Only additions and multiplications are used, and colours are whole numbers, so
// every machine comes to the same bytes.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// More than any picture has, and few enough for products of two to be exact.
#define MOST 1000000

static const double LEFT = -2.25, SPAN = 3.0;

static int number(const char *text, uint32_t least, uint32_t *value) {
  char *end;
  errno = 0;
  unsigned long parsed = strtoul(text, &end, 10);
  if (errno || *text < '0' || *text > '9' || *end || parsed < least || parsed > MOST) {
    fprintf(stderr, "%s is no number from %lu to %lu\n", text, (unsigned long)least, (unsigned long)MOST);
    return -1;
  }
  *value = (uint32_t)parsed;
  return 0;
}

// After how many steps a point has left; `most` where it has not by then.
static uint32_t steps(double re, double im, uint32_t most) {
  double x = 0, y = 0, xx = 0, yy = 0;
  uint32_t step = 0;
  while (step < most && xx + yy <= 4.0) {
    y = 2.0 * x * y + im;
    x = xx - yy + re;
    xx = x * x;
    yy = y * y;
    step++;
  }
  return step;
}

int main(int count, char **arguments) {
  uint32_t width, height, x0, y0, w, h, most;
  if (count != 8) {
    fputs("usage: mandelbrot WIDTH HEIGHT X0 Y0 W H MAX_ITER\n", stderr);
    return 2;
  }
  if (number(arguments[1], 1, &width) || number(arguments[2], 1, &height) || number(arguments[3], 0, &x0) ||
      number(arguments[4], 0, &y0) || number(arguments[5], 1, &w) || number(arguments[6], 1, &h) ||
      number(arguments[7], 1, &most)) {
    return 2;
  }
  if (x0 + w > width || y0 + h > height) {
    fputs("the tile is not within the picture\n", stderr);
    return 2;
  }
  uint8_t *row = malloc((size_t)w * 3);
  if (!row) {
    fputs("there is no memory for a row\n", stderr);
    return 1;
  }
  const double scale = SPAN / (double)width;
  for (uint32_t y = y0; y < y0 + h; y++) {
    // From the middle of the picture, which is the real axis.
    double im = ((double)height - 2.0 * (double)y - 1.0) * 0.5 * scale;
    uint8_t *pixel = row;
    for (uint32_t x = x0; x < x0 + w; x++) {
      uint32_t step = steps(LEFT + ((double)x + 0.5) * scale, im, most);
      uint32_t shade = step == most ? 0 : 1;
      *pixel++ = (uint8_t)(shade * (step * 9));
      *pixel++ = (uint8_t)(shade * (step * 5 + 32));
      *pixel++ = (uint8_t)(shade * (step * 15 + 64));
    }
    if (fwrite(row, 3, w, stdout) != w) {
      fputs("the tile cannot be written\n", stderr);
      return 1;
    }
  }
  if (fflush(stdout)) {
    fputs("the tile cannot be written\n", stderr);
    return 1;
  }
  free(row);
  return 0;
}

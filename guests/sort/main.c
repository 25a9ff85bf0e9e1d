// Sorts numbers by their places, again and again: work that is mostly calls, and moving bytes about.
//
// usage: sort COUNT ROUNDS
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  size_t length = strtoul(arguments[1], 0, 10), rounds = strtoul(arguments[2], 0, 10);
  uint64_t *from = malloc(length * sizeof *from), *to = malloc(length * sizeof *to), seed = 1, sum = 0;
  if (!length || !from || !to) return 1;
  for (size_t i = 0; i < length; i++) from[i] = seed = seed * 6364136223846793005u + 1442695040888963407u;
  for (size_t round = 0; round < rounds; round++) {
    memcpy(to, from, length * sizeof *to);
    qsort(to, length, sizeof *to, compare);
    sum = sum * 31 + to[round % length];
    from[round % length] ^= sum;
  }
  printf("%016llx\n", (unsigned long long)sum);
  return 0;
}

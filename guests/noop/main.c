// Does nothing: how long a task takes of which nothing is asked.
int main(void) {
  return 0;
}

/* A test program's checks: each failure is printed, main returns finish(). */
#ifndef TEALIGHT_TESTS_CHECK_H
#define TEALIGHT_TESTS_CHECK_H
#include <stdio.h>
#include <string.h>

static int failures = 0, checks = 0;

#define CHECK(condition)                                     \
  do {                                                       \
    ++checks;                                                \
    if (!(condition)) {                                      \
      ++failures;                                            \
      printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    }                                                        \
  } while (0)
#define FAILS(status, call)                                                              \
  do {                                                                                   \
    const tl_status got = (call);                                                        \
    ++checks;                                                                            \
    if (got != (status)) {                                                               \
      ++failures;                                                                        \
      printf("%s:%d: %s gives %s: %s\n", __FILE__, __LINE__, #call, tl_status_name(got), \
             tl_last_error());                                                           \
    }                                                                                    \
  } while (0)
#define OK(call) FAILS(TL_OK, call)

static int finish(void) {
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

#endif

/* Runs forward() of a model on made-up numbers and prints its results bit for bit, so that two builds of libtealight
 * can be compared: run_model MODEL SIZE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tealight/c.h"

static int fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, tl_last_error());
  return 1;
}

/* In [-1, 1], the same everywhere. */
static float made_up(int64_t i) { return (float)((i * 7919) % 2001 - 1000) / 1000; }

static int print_bits(const tl_value* v) {
  tl_tensor_view t;
  tl_value* packed = NULL;
  if (tl_tensor_contiguous(v, &packed) || tl_tensor(packed, &t)) return fail("the result");
  if (t.item_size != 4 && t.item_size != 8) {
    fprintf(stderr, "items of %zu bytes\n", t.item_size);
    return 1;
  }
  for (int64_t i = 0; i < t.count; ++i) {
    uint64_t bits = 0;
    memcpy(&bits, (const char*)t.data + (size_t)i * t.item_size, t.item_size);
    printf("%0*llx\n", (int)t.item_size * 2, (unsigned long long)bits);
  }
  tl_value_free(packed);
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 3 || argc > 10) {
    fprintf(stderr, "usage: run_model MODEL SIZE...\n");
    return 2;
  }
  int64_t sizes[8], count = 1;
  size_t dim = 0;
  for (int i = 2; i < argc; ++i) count *= sizes[dim++] = atoll(argv[i]);
  float* numbers = malloc((size_t)count * sizeof(float));
  if (!numbers) return 1;
  for (int64_t i = 0; i < count; ++i) numbers[i] = made_up(i);
  tl_module* model = NULL;
  tl_value *input = NULL, *output = NULL;
  tl_load_options options = {0};  /* as builds for chosen models run: without plans */
  options.struct_size = sizeof options;
  options.no_plans = 1;
  if (tl_module_load(argv[1], &options, &model)) return fail(argv[1]);
  if (tl_tensor_copy(TL_FLOAT32, dim, sizes, numbers, &input)) return fail("the input");
  if (tl_module_run(model, "forward", &input, 1, NULL, &output)) return fail(argv[1]);
  const int status = print_bits(output);
  tl_value_free(output);
  tl_value_free(input);
  tl_module_free(model);
  free(numbers);
  return status;
}

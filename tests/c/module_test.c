/* Models through tealight/c.h. The model is tests/golden/models/net.ptl, the numbers
 * PyTorch 1.13's. */
#define _POSIX_C_SOURCE 200809L /* open() */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <tealight/c.h>
#include <unistd.h>

#include "check.h"

static const char* const kModel = "tests/golden/models/net.ptl";
static char bytes[16384];
static size_t byte_count = 0;

static tl_value* input(void) {
  static const float data[] = {1, 2, 3, -1, 0.5f, 2};
  const int64_t sizes[] = {2, 3};
  tl_value* v = NULL;
  OK(tl_tensor_copy(TL_FLOAT32, 2, sizes, data, &v));
  return v;
}

static void expect_works(tl_module* m) {
  tl_value *x = input(), *out = NULL;
  tl_tensor_view view;
  OK(tl_module_run(m, "forward", &x, 1, NULL, &out));
  OK(tl_tensor(out, &view));
  CHECK(view.count == 4 && fabs(((float*)view.data)[3] - 3.16225290f) < 1e-6);
  tl_value_free(x);
  tl_value_free(out);
  tl_module_free(m);
}

static int read_bytes(void* user, uint64_t offset, void* to, size_t size) {
  ++*(int*)user;
  memcpy(to, bytes + offset, size);
  return 0;
}
static int read_nothing(void* user, uint64_t offset, void* to, size_t size) {
  (void)user, (void)offset, (void)to, (void)size;
  return 5;
}

static void loads_from_everywhere(void) {
  tl_module* m = NULL;
  int reads = 0;
  OK(tl_module_load(kModel, NULL, &m));
  expect_works(m);
  OK(tl_module_load_memory(bytes, byte_count, NULL, &m));
  expect_works(m);
  const int fd = open(kModel, O_RDONLY);
  OK(tl_module_load_fd(fd, 0, UINT64_MAX, NULL, &m));
  close(fd);
  expect_works(m);
  OK(tl_module_load_callback(byte_count, read_bytes, &reads, NULL, &m));
  CHECK(reads > 0);
  expect_works(m);
}

static void chooses_how_it_runs(void) {
  tl_load_options options = {0};
  options.struct_size = sizeof options;
  options.no_plans = 1;
  tl_module* m = NULL;
  for (int precision = TL_PRECISION_FP32; precision <= TL_PRECISION_EXACT; ++precision) {
    options.precision = precision;
    OK(tl_module_load(kModel, &options, &m));
    expect_works(m);
    options.no_plans = 0;
  }
  m = NULL;
  options.precision = 7;
  FAILS(TL_INVALID_ARGUMENT, tl_module_load(kModel, &options, &m));
  CHECK(strstr(tl_last_error(), "precision is 7") != NULL);
}

static void says_why_it_cannot_load(void) {
  tl_module* m = NULL;
  FAILS(TL_INVALID_ARGUMENT, tl_module_load("no/such.ptl", NULL, &m));
  CHECK(strstr(tl_last_error(), "no/such.ptl") != NULL);
  FAILS(TL_CORRUPT_FILE, tl_module_load_memory(bytes, 1000, NULL, &m));
  CHECK(tl_module_load_callback(byte_count, read_nothing, NULL, NULL, &m) != TL_OK);
  CHECK(strstr(tl_last_error(), "callback failed with 5") != NULL);
  tl_load_options no_size = {0};
  FAILS(TL_INVALID_ARGUMENT, tl_module_load(kModel, &no_size, &m));
  FAILS(TL_INVALID_ARGUMENT, tl_module_load(NULL, NULL, &m));
  FAILS(TL_INVALID_ARGUMENT, tl_module_load(kModel, NULL, NULL));
  CHECK(m == NULL);
  tl_module_free(m);
}

static void runs_methods(void) {
  tl_module* m = NULL;
  tl_value *x = input(), *key = NULL, *out = NULL, *item = NULL;
  int64_t i = 0;
  OK(tl_module_load(kModel, NULL, &m));
  OK(tl_string("one", 3, &key));
  OK(tl_module_run(m, "describe", &key, 1, NULL, &out));
  CHECK(tl_value_kind(out) == TL_TUPLE);
  OK(tl_item(out, 0, &item));
  OK(tl_get_int(item, &i));
  CHECK(i == 4);
  tl_value_free(item);
  tl_value_free(out);
  out = NULL;
  FAILS(TL_INVALID_ARGUMENT, tl_module_run(m, "nope", &x, 1, NULL, &out));
  FAILS(TL_INVALID_ARGUMENT, tl_module_run(m, "forward", &key, 1, NULL, &out));
  FAILS(TL_INVALID_ARGUMENT, tl_module_run(NULL, "forward", &x, 1, NULL, &out));
  CHECK(out == NULL);
  tl_cancel* cancel = NULL;
  OK(tl_cancel_new(&cancel));
  tl_run_options options = {sizeof options, 10000, 0, cancel};
  OK(tl_module_run(m, "forward", &x, 1, &options, &out));
  tl_value_free(out);
  out = NULL;
  tl_cancel_set(cancel);
  FAILS(TL_CANCELLED, tl_module_run(m, "forward", &x, 1, &options, &out));
  tl_cancel_reset(cancel);
  OK(tl_module_run(m, "forward", &x, 1, &options, &out));
  tl_value_free(out);
  tl_cancel_free(cancel);
  tl_value_free(x);
  tl_value_free(key);
  tl_module_free(m);
}

static void what_a_model_raises_has_a_python_class(void) {
  tl_module* m = NULL;
  tl_value *x = NULL, *out = NULL;
  const int64_t three[] = {3};
  OK(tl_module_load(kModel, NULL, &m));
  OK(tl_tensor_new(TL_FLOAT32, 1, three, &x));
  FAILS(TL_INVALID_ARGUMENT, tl_module_run(m, "forward", &x, 1, NULL, &out));
  CHECK(strstr(tl_last_error(), "x has 1 dimensions") != NULL);
  CHECK(strcmp(tl_last_error_type(), "JITException") == 0);
  CHECK(strcmp(tl_last_error_python_class(), "builtins.ValueError") == 0);
  tl_value_free(x);
  tl_module_free(m);
}

static void attributes_can_be_written(void) {
  tl_module* m = NULL;
  tl_value *v = NULL, *key = NULL, *out = NULL, *item = NULL;
  const char* text = NULL;
  int64_t i = 0;
  int training = 7;
  OK(tl_module_load(kModel, NULL, &m));
  OK(tl_module_name(m, &v));
  OK(tl_get_string(v, &text, NULL));
  CHECK(strcmp(text, "__torch__.Net") == 0);
  tl_value_free(v);
  OK(tl_int(10, &v));
  OK(tl_module_set_attribute(m, "number", v));
  FAILS(TL_INVALID_ARGUMENT, tl_module_set_attribute(m, "absent", v));
  OK(tl_string("one", 3, &key));
  OK(tl_module_run(m, "describe", &key, 1, NULL, &out));
  OK(tl_item(out, 0, &item));
  OK(tl_get_int(item, &i));
  CHECK(i == 11);
  tl_value_free(item);
  tl_value_free(out);
  tl_value_free(key);
  tl_value_free(v);
  OK(tl_module_is_training(m, &training));
  CHECK(training == 0);
  OK(tl_module_train(m, 1));
  OK(tl_module_is_training(m, &training));
  CHECK(training == 1);
  tl_module_free(m);
}

static void methods_have_schemas(void) {
  tl_module* m = NULL;
  tl_value *methods = NULL, *method = NULL, *schema = NULL, *arguments = NULL, *results = NULL,
           *argument = NULL, *part = NULL;
  const char* text = NULL;
  size_t n = 0;
  double d = 0;
  OK(tl_module_load(kModel, NULL, &m));
  OK(tl_module_methods(m, &methods));
  OK(tl_item(methods, 0, &method));
  OK(tl_item(method, 1, &schema));
  OK(tl_get_string(schema, &text, NULL));
  OK(tl_schema(text, &arguments, &results));
  OK(tl_size(arguments, &n));
  CHECK(n == 3);
  OK(tl_item(arguments, 2, &argument));
  OK(tl_item(argument, 0, &part));
  OK(tl_get_string(part, &text, NULL));
  CHECK(strcmp(text, "scale") == 0);
  tl_value_free(part);
  OK(tl_item(argument, 3, &part));
  OK(tl_get_double(part, &d));
  CHECK(d == 2);
  tl_value_free(part);
  OK(tl_size(results, &n));
  CHECK(n == 1);
  FAILS(TL_INVALID_ARGUMENT, tl_schema("no schema", NULL, NULL));
  tl_value_free(argument);
  tl_value_free(arguments);
  tl_value_free(results);
  tl_value_free(schema);
  tl_value_free(method);
  tl_value_free(methods);
  tl_module_free(m);
}

static void examples_come_with_models(void) {
  tl_module* m = NULL;
  tl_value *all = NULL, *inputs = NULL, *x = NULL, *out = NULL;
  tl_tensor_view view;
  size_t n = 0;
  OK(tl_module_load("tests/golden/models/net_bundled.ptl", NULL, &m));
  OK(tl_module_bundled_inputs(m, "forward", &all));
  OK(tl_size(all, &n));
  CHECK(n == 2);
  OK(tl_item(all, 1, &inputs));
  OK(tl_item(inputs, 0, &x));
  OK(tl_module_run(m, "forward", &x, 1, NULL, &out));
  OK(tl_tensor(out, &view));
  CHECK(view.dim == 2 && view.sizes[0] == 4);
  tl_value_free(out);
  tl_value_free(x);
  tl_value_free(inputs);
  tl_value_free(all);
  tl_module_free(m);
}

static void tells_what_it_holds(void) {
  tl_module* m = NULL;
  tl_value *v = NULL, *item = NULL;
  size_t n = 0;
  int64_t bytecode = 0, i = 0;
  const char* text = NULL;
  OK(tl_module_load("tests/golden/models/net_extra.ptl", NULL, &m));
  OK(tl_module_methods(m, &v));
  OK(tl_size(v, &n));
  CHECK(n == 2);
  tl_value_free(v);
  OK(tl_module_attribute(m, "inner.fc.weight", &v));
  CHECK(tl_value_kind(v) == TL_TENSOR);
  tl_value_free(v);
  OK(tl_module_attribute(m, "number", &v));
  OK(tl_get_int(v, &i));
  CHECK(i == 3);
  tl_value_free(v);
  OK(tl_module_attribute(m, "number.x", &v));
  CHECK(v == NULL);
  OK(tl_module_tensors(m, &v));
  OK(tl_find(v, "inner.fc.bias", &item));
  CHECK(tl_value_kind(item) == TL_TENSOR);
  tl_value_free(item);
  tl_value_free(v);
  OK(tl_module_extra_files(m, &v));
  OK(tl_find(v, "labels.txt", &item));
  OK(tl_get_string(item, &text, NULL));
  CHECK(strcmp(text, "cat\ndog\n") == 0);
  tl_value_free(item);
  tl_value_free(v);
  OK(tl_module_operators(m, &v));
  OK(tl_size(v, &n));
  CHECK(n == 9);
  tl_value_free(v);
  OK(tl_module_bundled_inputs(m, "forward", &v));
  OK(tl_size(v, &n));
  CHECK(n == 0);
  tl_value_free(v);
  OK(tl_module_metadata(m, &v));
  tl_value_free(v);
  OK(tl_module_versions(m, &bytecode, NULL));
  CHECK(bytecode == 8);
  tl_module_free(m);
}

int main(void) {
  FILE* f = fopen(kModel, "rb");
  if (!f) {
    printf("run in the source folder\n");
    return 2;
  }
  byte_count = fread(bytes, 1, sizeof bytes, f);
  fclose(f);
  loads_from_everywhere();
  chooses_how_it_runs();
  says_why_it_cannot_load();
  runs_methods();
  tells_what_it_holds();
  what_a_model_raises_has_a_python_class();
  attributes_can_be_written();
  methods_have_schemas();
  examples_come_with_models();
  return finish();
}

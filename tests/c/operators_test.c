/* Operators of the program's own, schemas, and what models print and warn of, from plain C. */
#include <stdlib.h>
#include <tealight/c.h>

#include "check.h"

/* mine::scaled: one result, a default. */
static tl_status scaled(void* user, tl_value* const* args, size_t n, tl_value** result) {
  tl_tensor_view x;
  double by = 0;
  tl_status s;
  int64_t i;
  ++*(int*)user;
  if (n != 2) return tl_fail(TL_INTERNAL, "two arguments");
  if ((s = tl_tensor(args[0], &x)) != TL_OK || (s = tl_get_double(args[1], &by)) != TL_OK) return s;
  if (by < 0) return tl_fail(TL_INVALID_ARGUMENT, "by is negative");
  if ((s = tl_tensor_copy(x.dtype, x.dim, x.sizes, x.data, result)) != TL_OK) return s;
  if ((s = tl_tensor(*result, &x)) != TL_OK) return s;
  for (i = 0; i < x.count; ++i) ((float*)x.data)[i] *= (float)by;
  return TL_OK;
}

/* mine::halves: two results. */
static tl_status halves(void* user, tl_value* const* args, size_t n, tl_value** result) {
  int64_t x = 0;
  tl_value* both[2] = {NULL, NULL};
  tl_status s = tl_get_int(args[0], &x);
  (void)user, (void)n;
  if (s == TL_OK) s = tl_int(x / 2, &both[0]);
  if (s == TL_OK) s = tl_int(x - x / 2, &both[1]);
  if (s == TL_OK) s = tl_tuple(both, 2, result);
  tl_value_free(both[0]);
  tl_value_free(both[1]);
  return s;
}

static tl_status nothing(void* user, tl_value* const* args, size_t n, tl_value** result) {
  (void)user, (void)args, (void)n, (void)result;
  return TL_OK;
}
static tl_status forgets(void* user, tl_value* const* args, size_t n, tl_value** result) {
  return nothing(user, args, n, result);
}

static void programs_have_operators_of_their_own(void) {
  static int calls = 0;
  const float data[] = {1, 2};
  const int64_t two[] = {2};
  tl_value *x = NULL, *by = NULL, *out = NULL, *item = NULL;
  tl_tensor_view view;
  int64_t i = 0;
  OK(tl_register_operator("mine::scaled(Tensor x, float by=3.0) -> Tensor", scaled, &calls));
  OK(tl_register_operator("mine::halves(int x) -> (int, int)", halves, NULL));
  OK(tl_register_operator("mine::nothing() -> ()", nothing, NULL));
  OK(tl_register_operator("mine::forgets() -> int", forgets, NULL));
  OK(tl_tensor_copy(TL_FLOAT32, 1, two, data, &x));
  OK(tl_call("mine::scaled", &x, 1, &out));
  OK(tl_tensor(out, &view));
  CHECK(((float*)view.data)[1] == 6 && calls == 1);
  tl_value_free(out);
  OK(tl_double(-1, &by));
  {
    tl_value* args[2];
    args[0] = x;
    args[1] = by;
    FAILS(TL_INVALID_ARGUMENT, tl_call("mine::scaled", args, 2, &out));
  }
  CHECK(strstr(tl_last_error(), "mine::scaled: by is negative") != NULL);
  FAILS(TL_INVALID_ARGUMENT, tl_call("mine::scaled", &by, 1, &out)); /* its kind is checked */
  CHECK(calls == 2);
  OK(tl_int(5, &item));
  OK(tl_call("mine::halves", &item, 1, &out));
  tl_value_free(item);
  OK(tl_item(out, 1, &item));
  OK(tl_get_int(item, &i));
  CHECK(i == 3);
  tl_value_free(item);
  tl_value_free(out);
  OK(tl_call("mine::nothing", NULL, 0, &out));
  CHECK(tl_value_kind(out) == TL_NONE);
  tl_value_free(out);
  FAILS(TL_INVALID_ARGUMENT, tl_call("mine::forgets", NULL, 0, &out));
  CHECK(strstr(tl_last_error(), "gave no result") != NULL);
  tl_value_free(by);
  tl_value_free(x);
}

static void names_that_are_taken_are_refused(void) {
  FAILS(TL_INVALID_ARGUMENT, tl_register_operator("aten::relu(Tensor x) -> Tensor", nothing, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_register_operator("mine::bad(", nothing, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_register_operator("mine::none() -> ()", NULL, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_register_operator(NULL, nothing, NULL));
}

static void operators_have_schemas(void) {
  tl_value *schema = NULL, *arguments = NULL, *argument = NULL, *part = NULL;
  const char* text = NULL;
  size_t n = 0;
  int b = 0;
  OK(tl_operator_schema("aten::add.Tensor", &schema));
  OK(tl_get_string(schema, &text, NULL));
  CHECK(strcmp(text, "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor") ==
        0);
  OK(tl_schema(text, &arguments, NULL));
  OK(tl_size(arguments, &n));
  CHECK(n == 3);
  OK(tl_item(arguments, 2, &argument));
  OK(tl_item(argument, 4, &part));
  OK(tl_get_bool(part, &b));
  CHECK(b == 1); /* by keyword only */
  tl_value_free(part);
  OK(tl_item(argument, 1, &part));
  OK(tl_get_string(part, &text, NULL));
  CHECK(strcmp(text, "Scalar") == 0);
  tl_value_free(part);
  tl_value_free(argument);
  tl_value_free(arguments);
  tl_value_free(schema);
  FAILS(TL_UNSUPPORTED, tl_operator_schema("aten::no_such", &schema));
}

static char heard[100];
static void hear(void* user, const char* text, size_t size) { strncat((char*)user, text, size); }

static void what_models_say_can_be_heard(void) {
  tl_value *text = NULL, *out = NULL;
  OK(tl_set_print_handler(hear, heard));
  OK(tl_set_warning_handler(hear, heard));
  OK(tl_string("hello", 5, &text));
  OK(tl_call("prim::Print", &text, 1, &out));
  tl_value_free(out);
  OK(tl_call("aten::warn", &text, 1, &out));
  tl_value_free(out);
  tl_value_free(text);
  CHECK(strcmp(heard, "hello\nhello") == 0);
  OK(tl_set_print_handler(NULL, NULL));
  OK(tl_set_warning_handler(NULL, NULL));
}

int main(void) {
  programs_have_operators_of_their_own();
  names_that_are_taken_are_refused();
  operators_have_schemas();
  what_models_say_can_be_heard();
  return finish();
}

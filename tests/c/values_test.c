/* tealight/c.h without models: values, tensors and single operators, from plain C. */
#include <tealight/c.h>

#include "check.h"

static void scalars_go_in_and_out(void) {
  tl_value* v = NULL;
  int64_t i = 0;
  double d = 0, im = 0;
  int b = 0;
  OK(tl_int(-7, &v));
  CHECK(tl_value_kind(v) == TL_INT);
  OK(tl_get_int(v, &i));
  CHECK(i == -7);
  OK(tl_get_double(v, &d));
  CHECK(d == -7);
  FAILS(TL_INVALID_ARGUMENT, tl_get_bool(v, &b));
  CHECK(strcmp(tl_last_error(), "Expected Bool but got Int") == 0);
  tl_value_free(v);
  OK(tl_double(2.5, &v));
  FAILS(TL_INVALID_ARGUMENT, tl_get_int(v, &i));
  tl_value_free(v);
  OK(tl_bool(3, &v));
  OK(tl_get_bool(v, &b));
  CHECK(b == 1);
  tl_value_free(v);
  OK(tl_complex(1, -2, &v));
  OK(tl_get_complex(v, &d, &im));
  CHECK(d == 1 && im == -2);
  tl_value_free(v);
  OK(tl_none(&v));
  CHECK(tl_value_kind(v) == TL_NONE);
  tl_value_free(v);
  tl_value_free(NULL);
}

static void strings_keep_their_zeros(void) {
  tl_value *v = NULL, *shown = NULL;
  const char* text = NULL;
  size_t size = 0;
  OK(tl_string("a\0b", 3, &v));
  OK(tl_get_string(v, &text, &size));
  CHECK(size == 3 && memcmp(text, "a\0b", 4) == 0);
  OK(tl_value_repr(v, &shown));
  OK(tl_get_string(shown, &text, NULL));
  CHECK(strcmp(text, "'a\\x00b'") == 0);
  tl_value_free(shown);
  tl_value_free(v);
  OK(tl_device("cpu", &v));
  OK(tl_get_string(v, &text, &size));
  CHECK(strcmp(text, "cpu") == 0);
  tl_value_free(v);
  FAILS(TL_INVALID_ARGUMENT, tl_device("toaster", &v));
  FAILS(TL_INVALID_ARGUMENT, tl_string(NULL, 1, &v));
}

static void containers_hold_values(void) {
  tl_value *one = NULL, *text = NULL, *list = NULL, *tuple = NULL, *dict = NULL, *item = NULL,
           *type = NULL;
  const char* chars = NULL;
  size_t n = 0;
  int64_t i = 0;
  OK(tl_int(1, &one));
  OK(tl_string("k", 1, &text));
  tl_value* ints[] = {one, one};
  OK(tl_list(NULL, ints, 2, &list));
  OK(tl_value_type(list, &type));
  OK(tl_get_string(type, &chars, NULL));
  CHECK(strcmp(chars, "int[]") == 0);
  tl_value_free(type);
  OK(tl_size(list, &n));
  CHECK(n == 2);
  FAILS(TL_INVALID_ARGUMENT, tl_item(list, 2, &item));
  FAILS(TL_INVALID_ARGUMENT, tl_list("Tensor", ints, 2, &item));
  FAILS(TL_INVALID_ARGUMENT, tl_list("no type (", NULL, 0, &item));
  tl_value* both[] = {list, text};
  OK(tl_tuple(both, 2, &tuple));
  OK(tl_item(tuple, 0, &item));
  CHECK(tl_value_kind(item) == TL_LIST);
  tl_value_free(item);
  OK(tl_dict("str", "int", &text, &one, 1, &dict));
  OK(tl_find(dict, "k", &item));
  OK(tl_get_int(item, &i));
  CHECK(i == 1);
  tl_value_free(item);
  OK(tl_find(dict, "absent", &item));
  CHECK(item == NULL);
  OK(tl_key(dict, 0, &item));
  CHECK(tl_value_kind(item) == TL_STRING);
  tl_value_free(item);
  FAILS(TL_INVALID_ARGUMENT, tl_size(one, &n));
  tl_value* hole[] = {one, NULL};
  FAILS(TL_INVALID_ARGUMENT, tl_tuple(hole, 2, &item));
  /* The list outlives its items' handles. */
  tl_value_free(one);
  tl_value_free(text);
  OK(tl_item(list, 1, &item));
  OK(tl_get_int(item, &i));
  CHECK(i == 1);
  tl_value_free(item);
  tl_value_free(list);
  tl_value_free(tuple);
  tl_value_free(dict);
}

static int done_calls = 0;
static void done(void* user) { done_calls += *(int*)user; }

static void tensors_share_the_callers_memory(void) {
  float data[6] = {1, 2, 3, 4, 5, 6};
  const int64_t sizes[] = {2, 3}, transposed[] = {3, 2}, steps[] = {1, 3};
  int by = 1;
  tl_value *t = NULL, *twin = NULL, *packed = NULL;
  tl_tensor_view view;
  OK(tl_tensor_borrow(TL_FLOAT32, 2, sizes, data, &t));
  OK(tl_tensor(t, &view));
  CHECK(view.data == data && view.dim == 2 && view.count == 6 && view.item_size == 4 &&
        view.contiguous);
  CHECK(view.sizes[1] == 3 && view.strides[0] == 3);
  tl_value_free(t);
  OK(tl_tensor_adopt(TL_FLOAT32, 2, transposed, steps, data, done, &by, &t));
  OK(tl_tensor(t, &view));
  CHECK(!view.contiguous);
  OK(tl_tensor_contiguous(t, &packed));
  OK(tl_tensor(packed, &view));
  CHECK(((float*)view.data)[1] == 4);
  OK(tl_value_share(t, &twin));
  tl_value_free(t);
  CHECK(done_calls == 0);
  tl_value_free(twin);
  CHECK(done_calls == 1);
  tl_value_free(packed);
  OK(tl_tensor_copy(TL_FLOAT32, 2, sizes, data, &t));
  data[0] = 9;
  OK(tl_tensor(t, &view));
  CHECK(((float*)view.data)[0] == 1);
  tl_value_free(t);
  OK(tl_tensor_new(TL_INT64, 0, NULL, &t));
  OK(tl_tensor(t, &view));
  CHECK(view.count == 1 && *(int64_t*)view.data == 0);
  tl_value_free(t);
}

static void wrong_tensors_are_refused(void) {
  const int64_t huge[] = {INT64_C(1) << 40, INT64_C(1) << 40}, negative[] = {-1}, two[] = {2};
  const int64_t back[] = {-1};
  float data[2] = {0};
  int by = 100;
  tl_value* t = NULL;
  tl_tensor_view view;
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_new(TL_FLOAT32, 2, huge, &t));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_new(TL_FLOAT32, 1, negative, &t));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_new((tl_dtype)99, 0, NULL, &t));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_new(TL_QINT8, 0, NULL, &t));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_borrow(TL_FLOAT32, 1, two, NULL, &t));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_adopt(TL_FLOAT32, 1, two, back, data, done, &by, &t));
  CHECK(done_calls < 100);
  FAILS(TL_INVALID_ARGUMENT, tl_tensor(NULL, &view));
  CHECK(t == NULL);
}

static void quantized_tensors_tell_their_scale(void) {
  const uint8_t data[] = {0, 128};
  const int64_t two[] = {2};
  tl_value *ints = NULL, *q = NULL;
  tl_tensor_view view;
  size_t channels = 9;
  double scale = 0;
  int64_t zero_point = 0;
  OK(tl_tensor_copy(TL_UINT8, 1, two, data, &ints));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor_quantizer(ints, &channels, NULL, NULL, NULL));
  OK(tl_tensor_quantized(ints, 0.5, 128, &q));
  OK(tl_tensor(q, &view));
  CHECK(view.dtype == TL_QUINT8);
  OK(tl_tensor_quantizer(q, &channels, NULL, &scale, &zero_point));
  CHECK(channels == 0 && scale == 0.5 && zero_point == 128);
  tl_value_free(q);
  tl_value_free(ints);
}

static void lists_of_numbers_go_at_once(void) {
  const int64_t ints[] = {1, INT64_C(1) << 40, -3};
  const double doubles[] = {0.5, -2};
  const uint8_t bools[] = {0, 7};
  int64_t ints_out[3] = {0};
  double doubles_out[3] = {0};
  uint8_t bools_out[2] = {9, 9};
  tl_value *v = NULL, *type = NULL;
  const char* text = NULL;
  OK(tl_int_list(ints, 3, &v));
  OK(tl_get_ints(v, ints_out, 3));
  CHECK(memcmp(ints, ints_out, sizeof ints) == 0);
  OK(tl_get_doubles(v, doubles_out, 3));
  CHECK(doubles_out[2] == -3);
  FAILS(TL_INVALID_ARGUMENT, tl_get_ints(v, ints_out, 2));
  FAILS(TL_INVALID_ARGUMENT, tl_get_bools(v, bools_out, 3));
  tl_value_free(v);
  OK(tl_double_list(doubles, 2, &v));
  OK(tl_get_doubles(v, doubles_out, 2));
  CHECK(memcmp(doubles, doubles_out, sizeof doubles) == 0);
  tl_value_free(v);
  OK(tl_bool_list(bools, 2, &v));
  OK(tl_get_bools(v, bools_out, 2));
  CHECK(bools_out[0] == 0 && bools_out[1] == 1);
  tl_value_free(v);
  OK(tl_int_list(NULL, 0, &v));
  OK(tl_value_type(v, &type));
  OK(tl_get_string(type, &text, NULL));
  CHECK(strcmp(text, "int[]") == 0);
  OK(tl_get_ints(v, NULL, 0));
  tl_value_free(type);
  tl_value_free(v);
  FAILS(TL_INVALID_ARGUMENT, tl_int_list(NULL, 1, &v));
}

static void kinds_that_models_know(void) {
  const char* const names[] = {"x", "y"};
  tl_value *one = NULL, *two = NULL, *point = NULL, *item = NULL, *colour = NULL, *random = NULL;
  const char* text = NULL;
  int64_t i = 0;
  size_t n = 0;
  OK(tl_int(1, &one));
  OK(tl_double(2.5, &two));
  tl_value* items[] = {one, two};
  OK(tl_named_tuple("Point", names, items, 2, &point));
  CHECK(tl_value_kind(point) == TL_TUPLE);
  OK(tl_find(point, "y", &item));
  CHECK(tl_value_kind(item) == TL_DOUBLE);
  tl_value_free(item);
  OK(tl_key(point, 0, &item));
  OK(tl_get_string(item, &text, &n));
  CHECK(n == 1 && text[0] == 'x');
  tl_value_free(item);
  OK(tl_enum("__torch__.Colour", "RED", one, &colour));
  CHECK(tl_value_kind(colour) == TL_ENUM);
  OK(tl_get_string(colour, &text, NULL));
  CHECK(strcmp(text, "RED") == 0);
  OK(tl_get_enum_value(colour, &item));
  OK(tl_get_int(item, &i));
  CHECK(i == 1);
  tl_value_free(item);
  OK(tl_generator(7, &random));
  CHECK(tl_value_kind(random) == TL_GENERATOR);
  CHECK(tl_value_kind(NULL) == TL_NONE);
  tl_value_free(random);
  tl_value_free(colour);
  tl_value_free(point);
  tl_value_free(two);
  tl_value_free(one);
}

static void places_that_are_null_are_refused(void) {
  tl_value* v = NULL;
  OK(tl_int(1, &v));
  FAILS(TL_INVALID_ARGUMENT, tl_int(1, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_get_int(v, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_get_int(NULL, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_get_string(v, NULL, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_size(v, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_tensor(v, NULL));
  FAILS(TL_INVALID_ARGUMENT, tl_value_share(NULL, &v));
  tl_value_free(v);
}

static void errors_tell_their_type(void) {
  tl_value *list = NULL, *item = NULL;
  OK(tl_int_list(NULL, 0, &list));
  FAILS(TL_INVALID_ARGUMENT, tl_item(list, 3, &item));
  CHECK(strcmp(tl_last_error_type(), "IndexError") == 0);
  CHECK(strcmp(tl_last_error_python_class(), "") == 0);
  tl_value_free(list);
  CHECK(tl_fail(TL_UNSUPPORTED, "not here") == TL_UNSUPPORTED);
  CHECK(strcmp(tl_last_error(), "not here") == 0);
  CHECK(strcmp(tl_last_error_type(), "Error") == 0);
  CHECK(strcmp(tl_status_name(TL_CANCELLED), "cancelled") == 0);
  CHECK(strcmp(tl_status_name(-5), "unknown status") == 0);
}

static void operators_are_called_by_name(void) {
  const float data[] = {1, 2};
  const int64_t two[] = {2};
  tl_value *t = NULL, *sum = NULL, *names = NULL;
  tl_tensor_view view;
  size_t n = 0;
  OK(tl_tensor_copy(TL_FLOAT32, 1, two, data, &t));
  tl_value* args[] = {t, t};
  OK(tl_call("aten::add.Tensor", args, 2, &sum)); /* alpha takes its default */
  OK(tl_tensor(sum, &view));
  CHECK(((float*)view.data)[1] == 4);
  tl_value_free(sum);
  FAILS(TL_UNSUPPORTED, tl_call("aten::no_such", args, 2, &sum));
  FAILS(TL_INVALID_ARGUMENT, tl_call("aten::add.Tensor", args, 1, &sum));
  OK(tl_operators(&names));
  OK(tl_size(names, &n));
  CHECK(n > 100);
  tl_value_free(names);
  tl_value_free(t);
}

int main(void) {
  CHECK(tl_abi_version() == TL_ABI_VERSION);
  CHECK(tl_version()[0] != 0);
  CHECK(strcmp(tl_last_error(), "") == 0);
  CHECK(strcmp(tl_last_error_type(), "") == 0);
  OK(tl_set_num_threads(2));
  CHECK(tl_get_num_threads() == 2);
  OK(tl_manual_seed(1));
  scalars_go_in_and_out();
  strings_keep_their_zeros();
  containers_hold_values();
  tensors_share_the_callers_memory();
  wrong_tensors_are_refused();
  quantized_tensors_tell_their_scale();
  lists_of_numbers_go_at_once();
  kinds_that_models_know();
  places_that_are_null_are_refused();
  errors_tell_their_type();
  operators_are_called_by_name();
  return finish();
}

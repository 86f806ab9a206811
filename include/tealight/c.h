/* Tealight for every language: models in, values in, values out, in plain C. No exception leaves
 * these functions.
 *
 *   tl_module* model = NULL;
 *   tl_value *input = NULL, *output = NULL;
 *   int64_t sizes[] = {1, 3, 224, 224};
 *   if (tl_module_load("model.ptl", NULL, &model) || tl_tensor_borrow(TL_FLOAT32, 4, sizes, pixels,
 * &input) || tl_module_run(model, "forward", &input, 1, NULL, &output)) { puts(tl_last_error()); }
 *
 * Every function that can fail returns a status, TL_OK being 0, and then leaves its outputs as they
 * were; tl_last_error() says what was wrong. What a function gives in a `tl_value**` or
 * `tl_module**` is the caller's, to be freed once. Values are counted handles: a list and its
 * items, or two handles of one tensor, live independently of each other. A module may be run from
 * many threads at once; a handle may be used by several threads as long as none frees it.
 *
 * Statuses, kinds and dtypes are plain numbers of a fixed size, not enums: a caller may hand over
 * any number, and a C++ enum that holds one it does not list is undefined behaviour.
 */
#ifndef TEALIGHT_C_H
#define TEALIGHT_C_H
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define TL_C_API
#else
#define TL_C_API __attribute__((visibility("default")))
#endif
#ifdef __cplusplus
extern "C" {
#endif

typedef struct tl_module tl_module;
typedef struct tl_value tl_value;
typedef struct tl_cancel tl_cancel;

/* ---- what went wrong */

typedef int32_t tl_status;
enum {
  TL_OK = 0,
  TL_INVALID_ARGUMENT = 1, /* the caller's values do not fit */
  TL_UNSUPPORTED = 2,      /* right, but not in this build */
  TL_CORRUPT_FILE = 3,     /* the file does not say what it should */
  TL_INTERNAL = 4,         /* a mistake of the library's */
  TL_CANCELLED = 5,        /* deadline, cancel flag, memory budget or recursion limit */
  TL_OUT_OF_MEMORY = 6
};

/* What the last failed call of this thread has to say; "" when there was none. Valid until its next
 * failure. */
TL_C_API const char* tl_last_error(void);
TL_C_API const char* tl_status_name(tl_status status);
/* Its kind, as PyTorch names them: "Error", "IndexError", "ValueError", "TypeError",
 * "NotImplementedError", or "JITException" for what a model itself raised, whose Python class is
 * then in tl_last_error_python_class ("builtins.ValueError"); else "". */
TL_C_API const char* tl_last_error_type(void);
TL_C_API const char* tl_last_error_python_class(void);
/* For a callback that fails: `return tl_fail(TL_INVALID_ARGUMENT, "what was wrong")`. */
TL_C_API tl_status tl_fail(tl_status status, const char* message);

/* ---- the library */

/* Changes when programs must be compiled anew. */
#define TL_ABI_VERSION 1
TL_C_API int tl_abi_version(void);
TL_C_API const char* tl_version(void); /* "0.1.0" */
TL_C_API tl_status tl_set_num_threads(int n);
TL_C_API int tl_get_num_threads(void);
/* Seeds the generator of random numbers, as torch.manual_seed. */
TL_C_API tl_status tl_manual_seed(uint64_t seed);
/* What models print, and warnings, go to a function instead of the standard output and the standard
 * error; NULL restores these. Called on the thread of the run. */
typedef void (*tl_text)(void* user, const char* text, size_t size);
TL_C_API tl_status tl_set_print_handler(tl_text handler, void* user);
TL_C_API tl_status tl_set_warning_handler(tl_text handler, void* user);

/* ---- values */

typedef int32_t tl_kind;
enum {
  TL_NONE = 0,
  TL_TENSOR = 1,
  TL_DOUBLE = 2,
  TL_INT = 3,
  TL_BOOL = 4,
  TL_COMPLEX = 5,
  TL_STRING = 6,
  TL_DEVICE = 7,
  TL_LIST = 8,
  TL_TUPLE = 9,
  TL_DICT = 10,
  TL_OBJECT = 11,
  TL_ENUM = 12,
  TL_GENERATOR = 13,
  TL_OTHER = 14
};

TL_C_API tl_kind tl_value_kind(const tl_value* v); /* TL_NONE for NULL */
TL_C_API void tl_value_free(tl_value* v); /* NULL is fine, here and in the other free functions */
/* Another handle of the same value. */
TL_C_API tl_status tl_value_share(const tl_value* v, tl_value** out);
/* As Python prints it, as a TL_STRING. */
TL_C_API tl_status tl_value_repr(const tl_value* v, tl_value** out);
/* Its type as a schema writes it ("Tensor[]"), as a TL_STRING. */
TL_C_API tl_status tl_value_type(const tl_value* v, tl_value** out);

TL_C_API tl_status tl_none(tl_value** out);
TL_C_API tl_status tl_bool(int b, tl_value** out);
TL_C_API tl_status tl_int(int64_t i, tl_value** out);
TL_C_API tl_status tl_double(double d, tl_value** out);
TL_C_API tl_status tl_complex(double re, double im, tl_value** out);
TL_C_API tl_status tl_string(const char* text, size_t size,
                             tl_value** out);                   /* UTF-8; zeros inside are kept */
TL_C_API tl_status tl_device(const char* name, tl_value** out); /* "cpu" */
/* A generator of random numbers of its own, for operators and models that take one. */
TL_C_API tl_status tl_generator(uint64_t seed, tl_value** out);
TL_C_API tl_status tl_enum(const char* class_name, const char* name, const tl_value* value,
                           tl_value** out);
/* The items are shared, not taken. The type of a list's items is theirs; an empty list takes
 * `item_type` ("Tensor", "int", "Dict(str, Tensor)"), which may be NULL otherwise. */
TL_C_API tl_status tl_list(const char* item_type, tl_value* const* items, size_t n, tl_value** out);
TL_C_API tl_status tl_tuple(tl_value* const* items, size_t n, tl_value** out);
/* A NamedTuple: n names for n items. */
TL_C_API tl_status tl_named_tuple(const char* class_name, const char* const* names,
                                  tl_value* const* items, size_t n, tl_value** out);
/* Lists of many numbers at once. */
TL_C_API tl_status tl_int_list(const int64_t* items, size_t n, tl_value** out);
TL_C_API tl_status tl_double_list(const double* items, size_t n, tl_value** out);
TL_C_API tl_status tl_bool_list(const uint8_t* items, size_t n, tl_value** out);
/* In order; a key that comes twice keeps its last value. */
TL_C_API tl_status tl_dict(const char* key_type, const char* value_type, tl_value* const* keys,
                           tl_value* const* values, size_t n, tl_value** out);

TL_C_API tl_status tl_get_bool(const tl_value* v, int* out);
TL_C_API tl_status tl_get_int(const tl_value* v, int64_t* out);
TL_C_API tl_status tl_get_double(const tl_value* v, double* out); /* of an int, too */
TL_C_API tl_status tl_get_complex(const tl_value* v, double* re, double* im);
/* Of strings, device names and the names of enums. Ends with a zero; valid as long as `v`. */
TL_C_API tl_status tl_get_string(const tl_value* v, const char** text, size_t* size);
/* The items of a list of ints, floats or bools, which must be n. */
TL_C_API tl_status tl_get_ints(const tl_value* v, int64_t* out, size_t n);
TL_C_API tl_status tl_get_doubles(const tl_value* v, double* out, size_t n); /* of ints, too */
TL_C_API tl_status tl_get_bools(const tl_value* v, uint8_t* out, size_t n);
TL_C_API tl_status tl_get_enum_value(const tl_value* v, tl_value** out);
/* How many items a list, tuple or dict has, or attributes an object. */
TL_C_API tl_status tl_size(const tl_value* v, size_t* out);
/* Item i of a list or tuple, value i of a dict, attribute i of an object. */
TL_C_API tl_status tl_item(const tl_value* v, size_t i, tl_value** out);
/* Key i of a dict, name i of a NamedTuple's fields or of an object's attributes (a TL_STRING). */
TL_C_API tl_status tl_key(const tl_value* v, size_t i, tl_value** out);
/* The value of a dict's key, a field, an attribute; *out is NULL when there is none. */
TL_C_API tl_status tl_find(const tl_value* v, const char* key, tl_value** out);

/* ---- tensors */

typedef int32_t tl_dtype; /* with PyTorch's numbers */
enum {
  TL_UINT8 = 0,
  TL_INT8 = 1,
  TL_INT16 = 2,
  TL_INT32 = 3,
  TL_INT64 = 4,
  TL_FLOAT16 = 5,
  TL_FLOAT32 = 6,
  TL_FLOAT64 = 7,
  TL_COMPLEX32 = 8,
  TL_COMPLEX64 = 9,
  TL_COMPLEX128 = 10,
  TL_BOOL8 = 11,
  TL_QINT8 = 12,
  TL_QUINT8 = 13,
  TL_QINT32 = 14,
  TL_BFLOAT16 = 15,
  TL_QUINT4X2 = 16,
  TL_QUINT2X4 = 17
};

/* Of new memory, filled with zeros. */
TL_C_API tl_status tl_tensor_new(tl_dtype dtype, size_t dim, const int64_t* sizes, tl_value** out);
/* A copy of contiguous elements. */
TL_C_API tl_status tl_tensor_copy(tl_dtype dtype, size_t dim, const int64_t* sizes,
                                  const void* data, tl_value** out);
/* The caller's memory itself, contiguous, which must outlive every handle and view of the tensor.
 */
TL_C_API tl_status tl_tensor_borrow(tl_dtype dtype, size_t dim, const int64_t* sizes, void* data,
                                    tl_value** out);
/* The same with strides in elements (NULL: contiguous); `done(user)` is called once, when nobody
 * needs the memory any more; it is not called when the function fails. */
TL_C_API tl_status tl_tensor_adopt(tl_dtype dtype, size_t dim, const int64_t* sizes,
                                   const int64_t* strides, void* data, void (*done)(void* user),
                                   void* user, tl_value** out);
/* A look at a tensor; valid as long as `v`. Elements are where the strides say: see
 * tl_tensor_contiguous. */
typedef struct tl_tensor_view {
  tl_dtype dtype;
  size_t dim, item_size;
  int64_t count; /* of elements */
  const int64_t* sizes;
  const int64_t* strides; /* in elements */
  void* data;             /* NULL when there are no elements */
  int contiguous;
} tl_tensor_view;
TL_C_API tl_status tl_tensor(const tl_value* v, tl_tensor_view* out);
/* The tensor itself if it is contiguous, else a packed copy. */
TL_C_API tl_status tl_tensor_contiguous(const tl_value* v, tl_value** out);
/* Quantized tensors: real = scale * (stored - zero_point). Per channel, give NULL for what is not
 * wanted and look at *channels first: it is 0 for a tensor with one scale, which is then in
 * scales[0]. Arrays of max(1, channels). */
TL_C_API tl_status tl_tensor_quantizer(const tl_value* v, size_t* channels, int64_t* axis,
                                       double* scales, int64_t* zero_points);
TL_C_API tl_status tl_tensor_quantized(const tl_value* v, double scale, int64_t zero_point,
                                       tl_value** out); /* uint8, int8 or int32 in */

/* ---- models */

/* What a run may do to the last bits of its results to be quick. */
typedef enum tl_precision {
  TL_PRECISION_FP32 = 0,  /* float32; operators folded and fused */
  TL_PRECISION_EXACT = 1  /* each operator by itself: the same bits on one machine */
} tl_precision;

/* Set `struct_size = sizeof(tl_load_options)`, zero the rest and fill in what is wanted; NULL
 * stands for all zeros. */
typedef struct tl_load_options {
  size_t struct_size;
  int allow_missing_operators; /* fail when a method that needs one runs, not when the model is
                                  loaded */
  int skip_debug_info;         /* do not read where instructions come from */
  uint64_t
      memory_bytes; /* what reading and the model's own code may allocate; 0: by the file's size */
  int no_plans;     /* run instruction by instruction, compile nothing */
  int precision;    /* a tl_precision */
} tl_load_options;

/* Reads `size` bytes at `offset` to `to`; 0 when it could. */
typedef int (*tl_read_at)(void* user, uint64_t offset, void* to, size_t size);

TL_C_API tl_status tl_module_load(const char* path, const tl_load_options* options,
                                  tl_module** out);
/* The bytes are needed until the call returns. */
TL_C_API tl_status tl_module_load_memory(const void* data, size_t size,
                                         const tl_load_options* options, tl_module** out);
/* A part of a file, as Android's AssetFileDescriptor gives it; length UINT64_MAX: to its end. The
 * descriptor stays the caller's and may be closed afterwards. */
TL_C_API tl_status tl_module_load_fd(int fd, uint64_t offset, uint64_t length,
                                     const tl_load_options* options, tl_module** out);
TL_C_API tl_status tl_module_load_callback(uint64_t size, tl_read_at read_at, void* user,
                                           const tl_load_options* options, tl_module** out);
TL_C_API void tl_module_free(tl_module* m);

/* As tl_load_options: struct_size, and zeros. */
typedef struct tl_run_options {
  size_t struct_size;
  int64_t deadline_ms;   /* from the call's start; 0: none */
  uint64_t memory_bytes; /* of tensors alive at once; 0: no limit */
  tl_cancel* cancel;     /* see below */
} tl_run_options;

/* `inputs` are the method's arguments without self; they are not taken. */
TL_C_API tl_status tl_module_run(const tl_module* m, const char* method, tl_value* const* inputs,
                                 size_t n_inputs, const tl_run_options* options, tl_value** out);

/* Ends the runs that it was given to, from any thread. May be used again after tl_cancel_reset. */
TL_C_API tl_status tl_cancel_new(tl_cancel** out);
TL_C_API void tl_cancel_set(tl_cancel* c);
TL_C_API void tl_cancel_reset(tl_cancel* c);
TL_C_API void tl_cancel_free(tl_cancel* c);

/* A list of (name, schema) tuples of strings; the schema is None for files that hold none. */
TL_C_API tl_status tl_module_methods(const tl_module* m, tl_value** out);
TL_C_API tl_status tl_module_name(const tl_module* m, tl_value** out); /* its class */
/* An attribute by its dotted name; *out is NULL when there is none. */
TL_C_API tl_status tl_module_attribute(const tl_module* m, const char* name, tl_value** out);
/* Gives an attribute, which must be there, another value. Not while the model runs. */
TL_C_API tl_status tl_module_set_attribute(tl_module* m, const char* name, const tl_value* v);
/* Training mode of the model and its submodules; fails when the file was saved without it. */
TL_C_API tl_status tl_module_train(tl_module* m, int on);
TL_C_API tl_status tl_module_is_training(const tl_module* m, int* out);
/* A dict from dotted names to all tensors of the model. */
TL_C_API tl_status tl_module_tensors(const tl_module* m, tl_value** out);
/* Dicts of strings: what was put beside the model, and its metadata. */
TL_C_API tl_status tl_module_extra_files(const tl_module* m, tl_value** out);
TL_C_API tl_status tl_module_metadata(const tl_module* m, tl_value** out);
/* A list of tuples of arguments that were saved with the model as examples. */
TL_C_API tl_status tl_module_bundled_inputs(const tl_module* m, const char* method, tl_value** out);
/* A list of (name, uses, supported) tuples. */
TL_C_API tl_status tl_module_operators(const tl_module* m, tl_value** out);
TL_C_API tl_status tl_module_versions(const tl_module* m, int64_t* bytecode, int64_t* operators);

/* ---- operators */

/* Calls any operator by its full name, "aten::softmax.int", with its arguments in the schema's
 * order; missing ones take their defaults. Several results come as a tuple, none as None. */
TL_C_API tl_status tl_call(const char* name, tl_value* const* args, size_t n_args, tl_value** out);
/* All names, as a list of strings. */
TL_C_API tl_status tl_operators(tl_value** out);
/* "aten::relu(Tensor self) -> Tensor", as a TL_STRING. */
TL_C_API tl_status tl_operator_schema(const char* name, tl_value** out);
/* A schema taken apart, an operator's or a method's: lists of (name, type, is optional, default,
 * by keyword only) tuples; the name of a result is often "". Either place may be NULL. */
TL_C_API tl_status tl_schema(const char* text, tl_value** arguments, tl_value** results);

/* An operator of the program's own: gets the arguments as its schema says, defaults filled in, and
 * gives the result (a tuple for several, NULL for none), which is then the library's. A status
 * other than TL_OK ends the run with it; see tl_fail. Runs on any thread that runs a model. */
typedef tl_status (*tl_operator)(void* user, tl_value* const* args, size_t n_args,
                                 tl_value** result);
/* "mine::warp(Tensor image, float by=1.0) -> Tensor". For the whole process, for good; before
 * models that need it are loaded. */
TL_C_API tl_status tl_register_operator(const char* schema, tl_operator f, void* user);

#ifdef __cplusplus
}
#endif
#endif

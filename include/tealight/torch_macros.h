// PyTorch's macros: checks, warnings, dispatch on an element type.
#pragma once
#include "tealight/context.h"
#include "tealight/half.h"
#include "tealight/tensor.h"

namespace tealight::detail {
template <class... A>
std::string check_message(const char* condition, const A&... a) {
  if constexpr (sizeof...(A) == 0)
    return str("Expected ", condition, " to be true, but got false.");
  else
    return str(a...);
}
inline ScalarType scalar_type_of(ScalarType t) { return t; }
inline ScalarType scalar_type_of(const Tensor& t) { return t.scalar_type(); }
inline ScalarType scalar_type_of(const DeprecatedTypeProperties& t) { return t.scalarType(); }
template <ScalarType>
struct CppType;
#define TL_CPP_TYPE(cpp, name, python) \
  template <>                          \
  struct CppType<ScalarType::name> {   \
    using type = cpp;                  \
  };
TL_FORALL_DTYPES(TL_CPP_TYPE)
#undef TL_CPP_TYPE
}  // namespace tealight::detail

#define TORCH_CHECK(cond, ...)                                                               \
  do {                                                                                       \
    if (!(cond)) [[unlikely]]                                                                \
      ::tealight::fail(::tealight::detail::check_message(#cond __VA_OPT__(, ) __VA_ARGS__)); \
  } while (0)
#define TL_CHECK_THROWING(error, cond, ...)                                     \
  do {                                                                          \
    if (!(cond)) [[unlikely]]                                                   \
      throw ::tealight::error(                                                  \
          ::tealight::detail::check_message(#cond __VA_OPT__(, ) __VA_ARGS__)); \
  } while (0)
#define TORCH_CHECK_WITH(error, cond, ...) TL_CHECK_THROWING(error, cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_CHECK_INDEX(cond, ...) TL_CHECK_THROWING(IndexError, cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_CHECK_VALUE(cond, ...) TL_CHECK_THROWING(ValueError, cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_CHECK_TYPE(cond, ...) TL_CHECK_THROWING(TypeError, cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_CHECK_NOT_IMPLEMENTED(cond, ...) \
  TL_CHECK_THROWING(NotImplementedError, cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_CHECK_EQ(a, b) TORCH_CHECK((a) == (b), "Check failed: ", #a, " == ", #b)
#define TORCH_CHECK_NE(a, b) TORCH_CHECK((a) != (b), "Check failed: ", #a, " != ", #b)
#define TORCH_CHECK_LT(a, b) TORCH_CHECK((a) < (b), "Check failed: ", #a, " < ", #b)
#define TORCH_CHECK_LE(a, b) TORCH_CHECK((a) <= (b), "Check failed: ", #a, " <= ", #b)
#define TORCH_CHECK_GT(a, b) TORCH_CHECK((a) > (b), "Check failed: ", #a, " > ", #b)
#define TORCH_CHECK_GE(a, b) TORCH_CHECK((a) >= (b), "Check failed: ", #a, " >= ", #b)
#define TORCH_INTERNAL_ASSERT(cond, ...) TL_ASSERT(cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_INTERNAL_ASSERT_DEBUG_ONLY(cond, ...) TL_ASSERT(cond __VA_OPT__(, ) __VA_ARGS__)
#define TORCH_WARN(...) ::tealight::warn(::tealight::str(__VA_ARGS__))
#define TORCH_WARN_ONCE(...)                                           \
  do {                                                                 \
    static std::atomic<bool> said{false};                              \
    ::tealight::warn_once(said, ::tealight::str(__VA_ARGS__).c_str()); \
  } while (0)
#define AT_ASSERT(cond) TL_ASSERT(cond)
#define AT_ASSERTM(cond, ...) TL_ASSERT(cond, __VA_ARGS__)
#define AT_ERROR(...) ::tealight::fail(::tealight::str(__VA_ARGS__))
#define AT_CHECK(...) TORCH_CHECK(__VA_ARGS__)
#define AT_WARN(...) TORCH_WARN(__VA_ARGS__)
#define AT_INDEX_ERROR(...) throw ::tealight::IndexError(::tealight::str(__VA_ARGS__))
#define C10_THROW_ERROR(error, message) throw ::tealight::error(message)
#define CAFFE_ENFORCE(...) TORCH_CHECK(__VA_ARGS__)

#define C10_API TL_API
#define C10_EXPORT TL_API
#define TORCH_API TL_API
#define C10_UNUSED [[maybe_unused]]
#define C10_LIKELY(x) (__builtin_expect(bool(x), 1))
#define C10_UNLIKELY(x) (__builtin_expect(bool(x), 0))
#define C10_NODISCARD [[nodiscard]]
#define C10_CONCATENATE_IMPL(a, b) a##b
#define C10_CONCATENATE(a, b) C10_CONCATENATE_IMPL(a, b)
#define C10_ANONYMOUS_VARIABLE(name) C10_CONCATENATE(name, __COUNTER__)
#define C10_STRINGIZE_IMPL(x) #x
#define C10_STRINGIZE(x) C10_STRINGIZE_IMPL(x)

// AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "name", [&] { ... scalar_t ... }): the lambda's code
// once for each type.
#define AT_DISPATCH_CASE(enum_type, ...)                                            \
  case enum_type: {                                                                 \
    using scalar_t [[maybe_unused]] = ::tealight::detail::CppType<enum_type>::type; \
    return __VA_ARGS__();                                                           \
  }
#define AT_DISPATCH_SWITCH(TYPE, NAME, ...)                                                  \
  [&] {                                                                                      \
    const ::tealight::ScalarType dispatched_type = ::tealight::detail::scalar_type_of(TYPE); \
    switch (dispatched_type) {                                                               \
      __VA_ARGS__                                                                            \
      default:                                                                               \
        throw ::tealight::NotImplementedError(                                               \
            ::tealight::str('"', NAME, "\" not implemented for '", dispatched_type, "'"));   \
    }                                                                                        \
  }()
#define TL_CASES_FLOATING(...)                       \
  AT_DISPATCH_CASE(::tealight::kDouble, __VA_ARGS__) \
  AT_DISPATCH_CASE(::tealight::kFloat, __VA_ARGS__)
#define TL_CASES_INTEGRAL(...)                      \
  AT_DISPATCH_CASE(::tealight::kByte, __VA_ARGS__)  \
  AT_DISPATCH_CASE(::tealight::kChar, __VA_ARGS__)  \
  AT_DISPATCH_CASE(::tealight::kShort, __VA_ARGS__) \
  AT_DISPATCH_CASE(::tealight::kInt, __VA_ARGS__)   \
  AT_DISPATCH_CASE(::tealight::kLong, __VA_ARGS__)
#define TL_CASES_COMPLEX(...)                               \
  AT_DISPATCH_CASE(::tealight::kComplexDouble, __VA_ARGS__) \
  AT_DISPATCH_CASE(::tealight::kComplexFloat, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, TL_CASES_FLOATING(__VA_ARGS__))
#define AT_DISPATCH_FLOATING_TYPES_AND_HALF(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(                                        \
      TYPE, NAME, TL_CASES_FLOATING(__VA_ARGS__) AT_DISPATCH_CASE(::tealight::kHalf, __VA_ARGS__))
#define AT_DISPATCH_FLOATING_TYPES_AND(T1, TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, TL_CASES_FLOATING(__VA_ARGS__) AT_DISPATCH_CASE(T1, __VA_ARGS__))
#define AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, TL_CASES_FLOATING(__VA_ARGS__) TL_CASES_COMPLEX(__VA_ARGS__))
#define AT_DISPATCH_INTEGRAL_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, TL_CASES_INTEGRAL(__VA_ARGS__))
#define AT_DISPATCH_INDEX_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                                   \
    case ::tealight::kInt: { using index_t [[maybe_unused]] = int32_t; return __VA_ARGS__(); }     \
    case ::tealight::kLong: { using index_t [[maybe_unused]] = int64_t; return __VA_ARGS__(); })
#define AT_DISPATCH_ALL_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, TL_CASES_FLOATING(__VA_ARGS__) TL_CASES_INTEGRAL(__VA_ARGS__))
#define AT_DISPATCH_ALL_TYPES_AND(T1, TYPE, NAME, ...)                             \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                   \
                     TL_CASES_FLOATING(__VA_ARGS__) TL_CASES_INTEGRAL(__VA_ARGS__) \
                         AT_DISPATCH_CASE(T1, __VA_ARGS__))
#define AT_DISPATCH_ALL_TYPES_AND2(T1, T2, TYPE, NAME, ...)                        \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                   \
                     TL_CASES_FLOATING(__VA_ARGS__) TL_CASES_INTEGRAL(__VA_ARGS__) \
                         AT_DISPATCH_CASE(T1, __VA_ARGS__) AT_DISPATCH_CASE(T2, __VA_ARGS__))
#define AT_DISPATCH_ALL_TYPES_AND_COMPLEX(TYPE, NAME, ...)                         \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                   \
                     TL_CASES_FLOATING(__VA_ARGS__) TL_CASES_INTEGRAL(__VA_ARGS__) \
                         TL_CASES_COMPLEX(__VA_ARGS__))

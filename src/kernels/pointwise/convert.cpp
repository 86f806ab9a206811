#include "kernels/pointwise/convert.h"

#include <cstring>
#include <limits>
#include <type_traits>

#include "core/half.h"

namespace tealight {
namespace {

// Float to integer: what cvttsd2si gives, without C++'s undefined behaviour. 8 and 16 bits go
// through 32 (uint8: 64).
template <class I, class From>
I truncate(From x) {
  constexpr From limit = From(uint64_t(1) << (sizeof(I) * 8 - 1));
  return x >= -limit && x < limit ? static_cast<I>(x) : std::numeric_limits<I>::min();
}

template <class To, class From>
To cast(From x) {
  if constexpr (std::is_same_v<From, std::complex<double>>) {
    if constexpr (std::is_same_v<To, std::complex<double>>)
      return x;
    else if constexpr (std::is_same_v<To, std::complex<float>>)
      return {float(x.real()), float(x.imag())};
    else if constexpr (std::is_same_v<To, std::complex<Half>>)
      return {Half(float(x.real())), Half(float(x.imag()))};
    else if constexpr (std::is_same_v<To, bool>)
      return x != 0.0;
    else
      return cast<To>(x.real());
  } else if constexpr (std::is_same_v<To, std::complex<Half>>) {
    return {Half(float(x)), Half(0.f)};
  } else if constexpr (std::is_same_v<To, std::complex<float>> ||
                       std::is_same_v<To, std::complex<double>>) {
    return {typename To::value_type(x), 0};
  } else if constexpr (std::is_same_v<To, Half> || std::is_same_v<To, BFloat16>) {
    return To(float(x));
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    if constexpr (sizeof(To) >= 4)
      return truncate<To>(x);
    else if constexpr (std::is_same_v<To, uint8_t>)
      return static_cast<To>(truncate<int64_t>(x));
    else
      return static_cast<To>(truncate<int32_t>(x));
  } else {
    return static_cast<To>(x);
  }
}

template <class C, class T>
C widen(T x) {
  if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
    return cast<C>(float(x));
  else if constexpr (std::is_same_v<T, std::complex<Half>>)
    return cast<C>(std::complex<double>(float(x.real()), float(x.imag())));
  else if constexpr (std::is_same_v<T, std::complex<float>>)
    return cast<C>(std::complex<double>(x));
  else if constexpr (std::is_same_v<T, bool>)
    return cast<C>(int64_t(x));
  else
    return cast<C>(x);
}

template <class C, class T>
void load(void* dst, const char* src, int64_t stride, int64_t n) {
  C* out = static_cast<C*>(dst);
  for (int64_t i = 0; i < n; ++i, src += stride) {
    if constexpr (std::is_same_v<T, bool>) {
      out[i] =
          widen<C>(*reinterpret_cast<const uint8_t*>(src) != 0);  // a file's bool may be any byte
    } else {
      T x;
      std::memcpy(&x, src, sizeof x);
      out[i] = widen<C>(x);
    }
  }
}

template <class C, class T>
void store(const void* src, char* dst, int64_t stride, int64_t n) {
  const C* in = static_cast<const C*>(src);
  for (int64_t i = 0; i < n; ++i, dst += stride) {
    const T x = cast<T>(in[i]);
    std::memcpy(dst, &x, sizeof x);
  }
}

template <class F>
void with_type(ScalarType t, F f) {
  switch (t) {
#define TL_CASE(type, name, python) \
  case ScalarType::name:            \
    return f(type{});
    case ScalarType::QUInt8:
    case ScalarType::QUInt4x2:
    case ScalarType::QUInt2x4:
      return f(uint8_t{});
    case ScalarType::QInt8:
      return f(int8_t{});
    case ScalarType::QInt32:
      return f(int32_t{});
      TL_CASE(uint8_t, Byte, )
      TL_CASE(int8_t, Char, )
      TL_CASE(int16_t, Short, ) TL_CASE(int32_t, Int, ) TL_CASE(int64_t, Long, )
          TL_CASE(Half, Half, ) TL_CASE(float, Float, ) TL_CASE(double, Double, )
              TL_CASE(std::complex<Half>, ComplexHalf, )
                  TL_CASE(std::complex<float>, ComplexFloat, )
                      TL_CASE(std::complex<double>, ComplexDouble, ) TL_CASE(bool, Bool, )
                          TL_CASE(BFloat16, BFloat16, )
#undef TL_CASE
                              default : return;
  }
}

template <class F>
void with_compute(Compute c, F f) {
  switch (c) {
    case Compute::f32:
      return f(float{});
    case Compute::f64:
      return f(double{});
    case Compute::i64:
      return f(int64_t{});
    case Compute::c128:
      return f(std::complex<double>{});
  }
}

}  // namespace

void load_block(Compute c, void* dst, ScalarType t, const void* src, int64_t stride, int64_t n) {
  with_compute(c, [&](auto compute) {
    with_type(t, [&](auto type) {
      load<decltype(compute), decltype(type)>(dst, static_cast<const char*>(src), stride, n);
    });
  });
}

void store_block(Compute c, const void* src, ScalarType t, void* dst, int64_t stride, int64_t n) {
  with_compute(c, [&](auto compute) {
    with_type(t, [&](auto type) {
      store<decltype(compute), decltype(type)>(src, static_cast<char*>(dst), stride, n);
    });
  });
}

}  // namespace tealight

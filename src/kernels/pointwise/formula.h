// A pointwise formula as loops over contiguous blocks: all that is compiled for each operator.
// Broadcasting, strides, conversion of narrow types and threads are shared (formula.cpp).
#pragma once
#include <span>

#include "kernels/pointwise/convert.h"
#include "kernels/pointwise/strided.h"
#include "kernels/simd/simd.h"

namespace tealight {

/// Reads n elements of each input, writes n results, all of one compute type. Returns null, or what
/// is wrong with the values (an integer division by zero).
using BlockLoop = const char* (*)(const void* const* in, void* out, int64_t n);

struct Formula {
  int inputs = 0;
  BlockLoop f32[3] = {};  // by current_isa(); null where the formula does not take the type
  BlockLoop f64 = nullptr, i64 = nullptr, c128 = nullptr;

  BlockLoop loop(Compute c) const {
    switch (c) {
      case Compute::f32:
        return f32[current_isa()] ? f32[current_isa()] : f32[0];
      case Compute::f64:
        return f64;
      case Compute::i64:
        return i64;
      case Compute::c128:
        return c128;
    }
    return nullptr;
  }
};

// The types that a formula is written for: TL_FORMULA(Add, 3, kF32 | kF64 | kI64 | kC128)
enum FormulaTypes : unsigned {
  kF32 = 1,
  kF64 = 2,
  kI64 = 4,
  kC128 = 8,
  kReal = kF32 | kF64,
  kOrdered = kReal | kI64,
  kAll = kOrdered | kC128
};
constexpr FormulaTypes operator|(FormulaTypes a, FormulaTypes b) {
  return FormulaTypes(unsigned(a) | unsigned(b));
}

template <class F, class T, int N>
const char* scalar_loop(const void* const* in, void* out, int64_t n) {
  const T* a[N];
  for (int k = 0; k < N; ++k) a[k] = static_cast<const T*>(in[k]);
  T* y = static_cast<T*>(out);
  return [&]<size_t... K>(std::index_sequence<K...>) -> const char* {
    if constexpr (requires { F::check(a[K][0]...); }) {
      for (int64_t i = 0; i < n; ++i)
        if (!F::check(a[K][i]...)) return F::message;
    }
    for (int64_t i = 0; i < n; ++i) y[i] = T(F{}(a[K][i]...));
    return nullptr;
  }(std::make_index_sequence<size_t(N)>{});
}

template <class F, int N, unsigned Types>
constexpr Formula scalar_formula() {
  Formula f{N, {}, nullptr, nullptr, nullptr};
  if constexpr (Types & kF32) f.f32[0] = scalar_loop<F, float, N>;
  if constexpr (Types & kF64) f.f64 = scalar_loop<F, double, N>;
  if constexpr (Types & kI64) f.i64 = scalar_loop<F, int64_t, N>;
  if constexpr (Types & kC128) f.c128 = scalar_loop<F, std::complex<double>, N>;
  return f;
}
template <class F, int N, unsigned Types>
constexpr Formula vector_formula(std::span<const BlockLoop> f32) {
  Formula f = scalar_formula<F, N, Types & ~unsigned(kF32)>();
  for (size_t i = 0; i < f32.size(); ++i) f.f32[i] = f32[i];
  return f;
}

#define TL_VECTOR_LOOP(isa, F, n) isa::vector_loop<isa::F, n>
/// F_formula of a struct F written in namespace TL_ISA as a template over f32v and the scalar
/// `types`.
#define TL_FORMULA(F, n, types)                                      \
  constexpr BlockLoop F##_f32[] = TL_EACH_ISA(TL_VECTOR_LOOP, F, n); \
  constexpr Formula F##_formula = vector_formula<isa_baseline::F, n, (types)>(F##_f32)
/// The same of a struct F on scalars only (no vectors), anywhere in scope.
#define TL_SCALAR_FORMULA(F, n, types) \
  constexpr Formula F##_formula = scalar_formula<F, n, (types)>()

/// One operand in memory. Operand 0 is the output.
struct PointwiseOperand {
  ScalarType dtype = kFloat;
  ScalarType through =
      ScalarType::Undefined;  // rounded to this narrower type before it enters the formula
  float scale = 0,
        zero_point = 0;  // quantized: real = scale * (q - zero_point); scale 0: not quantized
};

/// A formula with its operands' shapes and dtypes: all but the pointers.
struct PointwiseTask {
  StridedShape shape;
  std::array<PointwiseOperand, kMaxOperands> operands{};
  Compute compute = Compute::f32;
  BlockLoop loop = nullptr;
  /// bases[0] is the output. Returns null or what is wrong with the values.
  const char* run(std::span<char* const> bases) const;
};

}  // namespace tealight

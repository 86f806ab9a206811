// Sums and products of two rows of 8-bit quantized numbers, rounded as PyTorch rounds them.
#pragma once
#include <cstdint>
#include <optional>

namespace tealight::kernels {

/// QNNPACK adds in fixed point: both scales over the result's as 22-bit integers, the sum shifted
/// back and rounded to nearest, halves away from zero.
struct FixedPointSum {
  int32_t a, b;  // multipliers, at most 2^22
  int shift;
  /// None where a scale is too far from the result's.
  static std::optional<FixedPointSum> make(double scale_a, double scale_b, double scale);
  int64_t operator()(int64_t p, int64_t q) const;
};

struct Int8Binary {
  enum class Kind : uint8_t {
    fixed_point_sum,  // by `fixed`
    sum,              // rint((p * scale_a + q * scale_b) * inverse)
    product,          // rint(float(p * q) * multiplier)
  };
  Kind kind;
  bool is_signed;              // qint8
  int32_t zero_a, zero_b;      // p and q are bytes less these
  int32_t zero_point, lo, hi;  // of the result
  FixedPointSum fixed{};
  float scale_a = 0, scale_b = 0, inverse = 0;
  float multiplier = 0;

  /// n results, in the caller's thread; elements of a and b come step_a and step_b bytes apart.
  void row(int64_t n, const uint8_t* a, int64_t step_a, const uint8_t* b, int64_t step_b,
           uint8_t* y) const;
};

}  // namespace tealight::kernels

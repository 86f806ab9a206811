// The two 16-bit floating point formats, converted in software: exact widening, narrowing to
// nearest even.
#pragma once
#include <bit>
#include <cstdint>

namespace tealight {

//  float     s eeeeeeee mmmmmmmmmmmmmmmmmmmmmmm   bias 127
//  float16   s eeeee    mmmmmmmmmm                bias 15
//  bfloat16  s eeeeeeee mmmmmmm                   bias 127: the upper half of a float

constexpr float half_to_float(uint16_t h) {
  const uint32_t sign = uint32_t(h & 0x8000u) << 16;
  const uint32_t exponent = (h >> 10) & 31u, mantissa = h & 0x3FFu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
  if (exponent) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float magnitude = float(mantissa) * 0x1p-24f;  // subnormal or zero, exact
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

constexpr uint16_t float_to_half(float f) {
  const uint32_t bits = std::bit_cast<uint32_t>(f), sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return uint16_t(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  if (magnitude >= 0x477FF000u)
    return uint16_t(sign | 0x7C00u);  // 65520 and more round to infinity
  if (magnitude <
      0x38800000u) {  // below 2^-14: adding 0.5 leaves the rounded result in the low bits
    const float sum = std::bit_cast<float>(magnitude) + 0.5f;
    return uint16_t(sign | (std::bit_cast<uint32_t>(sum) - 0x3F000000u));
  }
  const uint32_t odd = (magnitude >> 13) & 1u;
  return uint16_t(sign | ((magnitude - 0x38000000u + 0xFFFu + odd) >> 13));
}

constexpr float bfloat16_to_float(uint16_t b) { return std::bit_cast<float>(uint32_t(b) << 16); }

constexpr uint16_t float_to_bfloat16(float f) {
  const uint32_t bits = std::bit_cast<uint32_t>(f);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return uint16_t((bits >> 16) | 0x40u);  // quiet NaN
  return uint16_t((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

// Arithmetic on both is arithmetic on float.
struct Half {
  uint16_t bits;
  Half() = default;
  constexpr Half(float f) : bits(float_to_half(f)) {}
  constexpr operator float() const { return half_to_float(bits); }
  static constexpr Half from_bits(uint16_t b) { return std::bit_cast<Half>(b); }
};

struct BFloat16 {
  uint16_t bits;
  BFloat16() = default;
  constexpr BFloat16(float f) : bits(float_to_bfloat16(f)) {}
  constexpr operator float() const { return bfloat16_to_float(bits); }
  static constexpr BFloat16 from_bits(uint16_t b) { return std::bit_cast<BFloat16>(b); }
};

}  // namespace tealight

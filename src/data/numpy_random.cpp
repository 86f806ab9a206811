#include "data/numpy_random.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "tealight/error.h"

namespace tealight {
namespace {

constexpr int kState = 624, kShift = 397;

struct TorchDtype {
  std::string_view name, npy;
};
constexpr TorchDtype kDtypes[] = {{"float32", "f4"},     {"float64", "f8"}, {"float16", "f2"},
                                  {"int64", "i8"},       {"int32", "i4"},   {"int16", "i2"},
                                  {"int8", "i1"},        {"uint8", "u1"},   {"complex64", "c8"},
                                  {"complex128", "c16"}, {"bool", "b1"}};

// Rounds once, to nearest even: through float it would be rounded twice.
uint16_t half_from_double(double value) {
  uint64_t bits = std::bit_cast<uint64_t>(value);
  auto sign = static_cast<uint16_t>(bits >> 48 & 0x8000);
  double magnitude = std::fabs(value);
  if (std::isnan(value)) return sign | 0x7e00;
  if (magnitude >= 65520.0) return sign | 0x7c00;
  // Below 2^-14 halves are multiples of 2^-24; above, there are 10 bits after the leading one.
  int exponent = magnitude < 0x1p-14 ? -14 : std::ilogb(magnitude);
  auto steps = static_cast<uint16_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  return sign | static_cast<uint16_t>(steps + (exponent + 14) * 1024);
}

template <class T>
void put(NpyArray& array, size_t index, T value) {
  std::memcpy(array.bytes.data() + index * sizeof(T), &value, sizeof(T));
}

void put_real(NpyArray& array, size_t index, double value) {
  if (array.dtype == "f8" || array.dtype == "c16")
    put(array, index, value);
  else if (array.dtype == "f2")
    put(array, index, half_from_double(value));
  else
    put(array, index, static_cast<float>(value));
}

void put_int(NpyArray& array, size_t index, int64_t value, size_t size) {
  std::memcpy(array.bytes.data() + index * size, &value,
              size);  // little-endian: the low bytes, as a cast keeps
}

void fill_int(NpyArray& array, NumpyRandom& random, double low, double high, size_t size) {
  TL_CHECK(std::fabs(low) <= 0x1p62 && std::fabs(high) <= 0x1p62, "random: range ", low, " to ",
           high, " is no range of integers");
  for (size_t i = 0; i < array.bytes.size() / size; ++i) {
    put_int(array, i, random.next_int(static_cast<int64_t>(low), static_cast<int64_t>(high)), size);
  }
}

void fill_real(NpyArray& array, NumpyRandom& random, double low, double high, size_t count) {
  bool complex = array.dtype[0] == 'c';
  for (size_t i = 0; i < count; ++i) {
    put_real(array, complex ? 2 * i : i, random.next_double() * (high - low) + low);
  }
  for (size_t i = 0; complex && i < count; ++i) {
    put_real(array, 2 * i + 1, random.next_double() * (high - low));
  }
}

}  // namespace

NumpyRandom::NumpyRandom(uint32_t seed) {
  for (int i = 0; i < kState; ++i) {
    state_[i] = seed;
    seed = 1812433253u * (seed ^ seed >> 30) + static_cast<uint32_t>(i) + 1;
  }
}

void NumpyRandom::refill() {
  for (int i = 0; i < kState; ++i) {
    uint32_t mixed = (state_[i] & 0x80000000u) | (state_[(i + 1) % kState] & 0x7fffffffu);
    state_[i] = state_[(i + kShift) % kState] ^ mixed >> 1 ^ (mixed & 1 ? 0x9908b0dfu : 0);
  }
  position_ = 0;
}

uint32_t NumpyRandom::next_uint32() {
  if (position_ == kState) refill();
  uint32_t y = state_[position_++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

double NumpyRandom::next_double() {
  uint32_t high = next_uint32() >> 5, low = next_uint32() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

// Masked rejection: draws as many bits as the range has, until the number lies in it.
int64_t NumpyRandom::next_int(int64_t low, int64_t high) {
  TL_CHECK(low < high, "randint: low ", low, " is not below high ", high);
  uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) - 1;
  uint64_t mask = range == 0 ? 0 : ~uint64_t{0} >> std::countl_zero(range);
  uint64_t drawn = 0;
  if (range == 0) return low;  // draws nothing
  do {
    drawn = next_uint32();
    if (range > 0xffffffffu) drawn = drawn << 32 | next_uint32();
    drawn &= mask;
  } while (drawn > range);
  return static_cast<int64_t>(static_cast<uint64_t>(low) + drawn);
}

NpyArray random_array(const std::vector<int64_t>& shape, std::string_view dtype, uint32_t seed,
                      double low, double high) {
  NpyArray array{"", shape, {}};
  for (const TorchDtype& known : kDtypes) {
    if (known.name == dtype) array.dtype = known.npy;
  }
  TL_CHECK(!array.dtype.empty(), "random: no random numbers of dtype '", dtype, "'");
  size_t size = npy_item_size(array.dtype);
  array.bytes.resize(npy_byte_count(shape, size, "random"));
  size_t count = array.bytes.size() / size;
  NumpyRandom random(seed);
  if (array.dtype == "b1") {
    for (size_t i = 0; i < count; ++i)
      put(array, i, static_cast<uint8_t>(random.next_double() < 0.5));
  } else if (array.dtype[0] == 'i' || array.dtype[0] == 'u') {
    fill_int(array, random, low, high, size);
  } else {
    fill_real(array, random, low, high, count);
  }
  return array;
}

}  // namespace tealight

#include "kernels/random/generator.h"

#include <cstring>

namespace tealight::kernels {

void Generator::set_seed(uint64_t seed) {
  seed_ = seed;
  words_[0] = uint32_t(seed);
  for (uint32_t i = 1; i < kWords; ++i)
    words_[i] = 1812433253u * (words_[i - 1] ^ (words_[i - 1] >> 30)) + i;
  left_ = 1;
  next_ = 0;
  next_float_normal.reset();
  next_double_normal.reset();
}

void Generator::refill() {
  constexpr int kShift = 397;
  for (int i = 0; i < kWords; ++i) {
    const uint32_t after = words_[(i + 1) % kWords],
                   mixed = (words_[i] & 0x80000000u) | (after & 0x7FFFFFFFu);
    words_[i] = words_[(i + kShift) % kWords] ^ (mixed >> 1) ^ (after & 1u ? 0x9908B0DFu : 0u);
  }
  left_ = kWords;
  next_ = 0;
}

namespace {

// torch.get_rng_state(), little endian, its numbers widened for files of old:
//      0  u64  seed
//      8  i32  left       1 ... 624
//     12  i32  seeded     1
//     16  u64  next       0 ... 624
//     24  u64  words[624]
//   5016  f64  0, then the kept double normal, then 0
//   5040  i32  is the double valid, and four bytes of nothing
//   5048  f32  the kept float normal
//   5052  u8   is the float valid, and three bytes of nothing
constexpr size_t kSeed = 0, kLeft = 8, kSeeded = 12, kNext = 16, kWordsAt = 24, kDouble = 5024,
                 kDoubleValid = 5040, kFloat = 5048, kFloatValid = 5052;

template <class T>
T read(const uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof(T));
  return value;
}
template <class T>
void write(uint8_t* p, T value) {
  std::memcpy(p, &value, sizeof(T));
}

}  // namespace

void Generator::get_state(std::span<uint8_t, kStateBytes> bytes) const {
  uint8_t* p = bytes.data();
  std::memset(p, 0, kStateBytes);
  write(p + kSeed, seed_);
  write(p + kLeft, int32_t(left_));
  write(p + kSeeded, int32_t(1));
  write(p + kNext, uint64_t(next_));
  for (int i = 0; i < kWords; ++i) write(p + kWordsAt + 8 * i, uint64_t(words_[i]));
  write(p + kDouble, next_double_normal.value_or(0));
  write(p + kDoubleValid, int32_t(next_double_normal.has_value()));
  write(p + kFloat, next_float_normal.value_or(0));
  write(p + kFloatValid, uint8_t(next_float_normal.has_value()));
}

bool Generator::set_state(std::span<const uint8_t> bytes) {
  if (bytes.size() != kStateBytes) return false;
  const uint8_t* p = bytes.data();
  const auto left = read<int32_t>(p + kLeft);
  const auto next = read<uint64_t>(p + kNext);
  // left and next move together; a state that says otherwise would read past the words
  if (read<int32_t>(p + kSeeded) == 0 || left < 1 || left > kWords || next > kWords) return false;
  if (left > 1 && next + uint64_t(left) > kWords + 1) return false;
  seed_ = read<uint64_t>(p + kSeed);
  left_ = left;
  next_ = uint32_t(next);
  for (int i = 0; i < kWords; ++i) words_[i] = uint32_t(read<uint64_t>(p + kWordsAt + 8 * i));
  next_double_normal.reset();
  next_float_normal.reset();
  if (read<int32_t>(p + kDoubleValid)) next_double_normal = read<double>(p + kDouble);
  if (read<uint8_t>(p + kFloatValid)) next_float_normal = read<float>(p + kFloat);
  return true;
}

}  // namespace tealight::kernels

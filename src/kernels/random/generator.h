// The state behind torch.Generator on the CPU: MT19937 (Matsumoto and Nishimura 1998) and the
// second halves of pairs of normal numbers, number for number as PyTorch's. Not safe to use from
// two threads at once: callers lock.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "tealight/error.h"

namespace tealight::kernels {

class TL_API Generator {
 public:
  static constexpr uint64_t kDefaultSeed =
      67280421310721;  // what torch.initial_seed() says when nothing was seeded
  static constexpr size_t kStateBytes = 5056;  // of torch.get_rng_state()

  explicit Generator(uint64_t seed = kDefaultSeed) { set_seed(seed); }

  /// torch.manual_seed. Only the low 32 bits count for the numbers.
  void set_seed(uint64_t seed);
  uint64_t seed() const { return seed_; }

  uint32_t random() {
    if (--left_ == 0) refill();
    uint32_t y = words_[next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680u;
    y ^= (y << 15) & 0xEFC60000u;
    return y ^ (y >> 18);
  }
  uint64_t random64() {
    const uint64_t high = random();
    return high << 32 | random();
  }

  /// The bytes of torch.get_rng_state(), and back; false if they are no state that PyTorch would
  /// take.
  void get_state(std::span<uint8_t, kStateBytes> bytes) const;
  bool set_state(std::span<const uint8_t> bytes);

  // Kept by the normal distribution, which makes two numbers at a time.
  std::optional<float> next_float_normal;
  std::optional<double> next_double_normal;

  bool operator==(const Generator&) const = default;

 private:
  void refill();

  static constexpr int kWords = 624;
  uint64_t seed_ = 0;
  int left_ = 1;  // numbers until refill, plus one
  uint32_t next_ = 0;
  std::array<uint32_t, kWords> words_{};
};

}  // namespace tealight::kernels

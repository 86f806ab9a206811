// NumPy's legacy generator, numpy.random.RandomState(seed), bit for bit: recorded calls name their
// random arguments by seed, and these must be the same numbers here.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "tealight/data/npy.h"
#include "tealight/error.h"

namespace tealight {

/// MT19937 seeded as RandomState(int) does. One thread at a time.
class TL_API NumpyRandom {
 public:
  explicit NumpyRandom(uint32_t seed);

  uint32_t next_uint32();
  /// random_sample(): uniform in [0, 1), 53 bits.
  double next_double();
  /// randint(low, high): uniform in [low, high). Throws Error unless low < high.
  int64_t next_int(int64_t low, int64_t high);

 private:
  void refill();
  uint32_t state_[624];
  int position_ = 624;
};

/// A `random` argument of a value tree: uniform numbers in [low, high) of a torch dtype ("float32",
/// "int64", "bool", "complex64" ...), as recorded tests make them. Integers are drawn from
/// [int(low), int(high)), then cast; a bool is random_sample() < 0.5; a complex array draws all
/// real parts first.
TL_API NpyArray random_array(const std::vector<int64_t>& shape, std::string_view dtype,
                             uint32_t seed, double low = 0, double high = 1);

}  // namespace tealight

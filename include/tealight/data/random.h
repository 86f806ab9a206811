// Random numbers for augmentation: those that PyTorch draws from the same seed, so that a random
// transform gives the picture that torchvision's gives after torch.manual_seed(seed).
#pragma once
#include <cstdint>
#include <vector>

#include "tealight/generator.h"

namespace tealight {

/// A stream of random numbers. Copies share it; one thread at a time.
class TL_API Random {
 public:
  explicit Random(uint64_t seed);

  float rand();                            // torch.rand(1): [0, 1)
  float uniform(double low, double high);  // torch.empty(1).uniform_(low, high)
  int64_t randint(int64_t high);           // torch.randint(high, (1,)): [0, high)
  int64_t randint(int64_t low, int64_t high);
  std::vector<int64_t> randperm(int64_t n);  // torch.randperm(n)

  /// For operators that take a generator.
  const Generator& generator() const { return generator_; }
  /// Whether a number was drawn since the stream was made.
  bool drawn() const;

 private:
  uint32_t next();
  Generator generator_;
};

/// A seed that follows from others, unlike theirs and unlike those of neighbours.
TL_API uint64_t mix_seed(uint64_t seed, uint64_t a, uint64_t b = 0);

/// What random transforms draw from in this thread: the stream of the innermost RandomScope, else
/// one of the thread's own that begins at a seed drawn from the default generator.
TL_API Random& current_random();

/// While it lives, this thread's current_random() is a stream that begins at `seed`. Data sets and
/// pipelines make one for every item, so that results do not depend on which worker loads it.
class TL_API RandomScope {
 public:
  explicit RandomScope(uint64_t seed);
  ~RandomScope();
  RandomScope(const RandomScope&) = delete;
  RandomScope& operator=(const RandomScope&) = delete;
  const Random& random() const { return random_; }

 private:
  Random random_;
  Random* before_;
};

}  // namespace tealight

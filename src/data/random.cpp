#include "tealight/data/random.h"

#include <cmath>
#include <numeric>
#include <optional>

#include "ops/random/generator.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

thread_local Random* scope_random = nullptr;

GeneratorImpl& state_of(const Generator& generator) {
  return static_cast<GeneratorImpl&>(*generator.impl());
}

uint64_t seed_from_default() {
  return static_cast<uint64_t>(randint(INT64_MAX, {1}).item<int64_t>());
}

}  // namespace

Random::Random(uint64_t seed) : generator_(make_generator(seed)) {}

uint32_t Random::next() { return state_of(generator_).state.random(); }

bool Random::drawn() const {
  return !(state_of(generator_).state == kernels::Generator(generator_.current_seed()));
}

float Random::rand() { return uniform(0, 1); }

// 24 bits fill a float's mantissa.
float Random::uniform(double low, double high) {
  float from = static_cast<float>(low), to = static_cast<float>(high);
  return std::fma(static_cast<float>(next() & 0xFFFFFF) * 0x1p-24f, to - from,
                  from);  // rounded once
}

int64_t Random::randint(int64_t high) { return randint(0, high); }

int64_t Random::randint(int64_t low, int64_t high) {
  TL_CHECK(low < high, "randint: nothing lies in [", low, ", ", high, ")");
  uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  uint64_t number = range >> 32 ? state_of(generator_).state.random64() % range : next() % range;
  return static_cast<int64_t>(number + static_cast<uint64_t>(low));
}

std::vector<int64_t> Random::randperm(int64_t n) {
  TL_CHECK(n >= 0, "randperm: n is ", n);
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = 0; i + 1 < n; ++i) std::swap(order[i], order[i + next() % (n - i)]);
  return order;
}

// SplitMix64's finisher (Steele, Lea and Flood 2014), once for every number.
uint64_t mix_seed(uint64_t seed, uint64_t a, uint64_t b) {
  for (uint64_t number : {a, b}) {
    seed += 0x9E3779B97F4A7C15u * (number + 1);
    seed = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9u;
    seed = (seed ^ seed >> 27) * 0x94D049BB133111EBu;
    seed ^= seed >> 31;
  }
  return seed;
}

Random& current_random() {
  if (scope_random) return *scope_random;
  thread_local Random own(seed_from_default());
  return own;
}

RandomScope::RandomScope(uint64_t seed) : random_(seed), before_(scope_random) {
  scope_random = &random_;
}

RandomScope::~RandomScope() { scope_random = before_; }

}  // namespace tealight

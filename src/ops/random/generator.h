// The state behind Generator, and the lock under which operators draw from it.
#pragma once
#include <mutex>

#include "kernels/random/generator.h"
#include "tealight/generator.h"
#include "tealight/value.h"

namespace tealight {

struct GeneratorImpl : intrusive_ptr_target {
  kernels::Generator state;
  std::mutex mutex;
  explicit GeneratorImpl(uint64_t seed) : state(seed) {}
};
/// The impl of a generator argument; the default one's for None.
GeneratorImpl& generator_of(const Value& generator);

/// f(kernels::Generator&), no other thread drawing meanwhile.
template <class F>
auto draw_from(const Value& generator, F f) {
  GeneratorImpl& g = generator_of(generator);
  std::lock_guard lock(g.mutex);
  return f(g.state);
}

}  // namespace tealight

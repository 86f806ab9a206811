#include "ops/random/generator.h"

#include <random>

#include "ops/fns.h"

namespace tealight {
namespace {

GeneratorImpl& impl_of(const Generator& g) {
  TL_CHECK(g.defined(), "the generator is not defined");
  return static_cast<GeneratorImpl&>(*g.impl());
}

}  // namespace

GeneratorImpl& generator_of(const Value& generator) {
  return impl_of(generator.isNone() ? default_generator() : Generator(generator));
}

Generator make_generator(uint64_t seed) {
  return Generator(intrusive_ptr<intrusive_ptr_target>(make_intrusive<GeneratorImpl>(seed)));
}
Generator make_generator() { return make_generator(kernels::Generator::kDefaultSeed); }
Generator& default_generator() {
  static Generator generator = make_generator();
  return generator;
}
void manual_seed(uint64_t seed) { default_generator().set_current_seed(seed); }

void Generator::set_current_seed(uint64_t seed) {
  draw_from(value(), [&](kernels::Generator& g) { g.set_seed(seed); });
}
uint64_t Generator::current_seed() const {
  return draw_from(value(), [](kernels::Generator& g) { return g.seed(); });
}
uint64_t Generator::seed() {
  std::random_device device;
  const uint64_t high = device(), s = high << 32 | device();
  set_current_seed(s);
  return s;
}
Tensor Generator::get_state() const {
  Tensor t(Fact(kByte, {int64_t(kernels::Generator::kStateBytes)}));
  draw_from(value(), [&](kernels::Generator& g) {
    g.get_state(std::span<uint8_t, kernels::Generator::kStateBytes>(
        t.as<uint8_t>(), kernels::Generator::kStateBytes));
  });
  return t;
}
void Generator::set_state(const Tensor& t) {
  TL_CHECK(t.scalar_type() == kByte && t.is_contiguous(), "RNG state must be a torch.ByteTensor");
  const bool taken = draw_from(value(), [&](kernels::Generator& g) {
    return g.set_state({t.as<const uint8_t>(), size_t(t.numel())});
  });
  TL_CHECK(taken, "RNG state of ", t.numel(), " bytes is wrong: take it from get_state()");
}
Generator Generator::clone() const {
  Generator copy = make_generator();
  impl_of(copy).state = draw_from(value(), [](kernels::Generator& g) { return g; });
  return copy;
}

namespace ops {
namespace {
constexpr Fn rows[] = {
    TL_FN("tealight::manual_seed(int seed) -> ()",
          [](int64_t seed) { tealight::manual_seed(uint64_t(seed)); }),
    TL_FN("aten::manual_seed(int seed) -> ()",
          [](int64_t seed) { tealight::manual_seed(uint64_t(seed)); }),
};
}  // namespace
TL_FNS(generators){rows};
}  // namespace ops
}  // namespace tealight

// Leaky relu whose slope is drawn for each element while training.
#include "kernels/random/distributions.h"
#include "ops/op.h"
#include "ops/random/generator.h"
#include "ops/samples.h"
#include "tealight/grad_mode.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

// One draw for each element that is not positive, in the order of the elements; 1 for the others.
Tensor rrelu_slopes(const Tensor& self, const Scalar& lower, const Scalar& upper,
                    const Value& generator) {
  const Tensor x = self.to(kDouble).contiguous(), slopes(Fact(kDouble, self.sizes()));
  draw_from(generator, [&](kernels::Generator& g) {
    for (int64_t i = 0; i < x.numel(); ++i) {
      slopes.as<double>()[i] = 1;
      if (x.as<double>()[i] <= 0)
        kernels::fill_uniform(g, 1, lower.toDouble(), upper.toDouble(), slopes.as<double>() + i);
    }
  });
  return slopes.to(self.scalar_type());
}

Tensor rrelu_with_noise_impl(const Tensor& self, const Tensor& noise, const Scalar& lower,
                             const Scalar& upper, bool training, const Value& generator) {
  static constinit detail::Callee slopes{"_rrelu_slopes", "TSSg"};
  if (!training) return leaky_relu(self, (lower.toDouble() + upper.toDouble()) / 2).contiguous();
  TL_CHECK(!noise.defined() || noise.sizes() == self.sizes(), "noise has the shape ", noise.sizes(),
           ", but must have that of self, ", self.sizes());
  std::optional<Generator> g;
  if (!generator.isNone()) g = Generator(generator);
  Tensor drawn = slopes.tensor({&self, &lower, &upper, &g});
  if (noise.defined()) {
    NoGradGuard off;
    noise.copy_(drawn);
  }
  return (self * drawn).contiguous();
}
Tensor rrelu_impl(const Tensor& self, const Scalar& lower, const Scalar& upper, bool training,
                  const Value& generator) {
  return rrelu_with_noise_impl(self, Tensor(), lower, upper, training, generator);
}

#define TL_RRELU_ARGS \
  "Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False, Generator? generator=None"
}  // namespace

TL_OP(rrelu_slopes_op){
    .schemas =
        {"aten::_rrelu_slopes(Tensor self, Scalar lower, Scalar upper, Generator? generator=None) -> Tensor"},
    .function = function<rrelu_slopes>,
    .traits = Trait::random | Trait::nograd,
};
TL_OP(rrelu){
    .schemas = {"aten::rrelu(Tensor self, " TL_RRELU_ARGS ") -> Tensor",
                "aten::rrelu_(Tensor(a!) self, " TL_RRELU_ARGS ") -> Tensor(a!)"},
    .function = function<rrelu_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST([] {
      return std::vector<Sample>{{{sample({2, 3}), 0.125, 0.25, false, Value()}},
                                 {{sample({2, 9}), 0.1, 0.9, true, Value()}}};
    }),
};
TL_OP(rrelu_with_noise){
    .schemas = {"aten::rrelu_with_noise(Tensor self, Tensor noise, " TL_RRELU_ARGS ") -> Tensor",
                "aten::rrelu_with_noise_(Tensor(a!) self, Tensor noise, " TL_RRELU_ARGS
                ") -> Tensor(a!)"},
    .function = function<rrelu_with_noise_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST([] {
      return std::vector<Sample>{{{sample({2, 9}), sample({2, 9}), 0.1, 0.9, true, Value()}}};
    }),
};
}  // namespace tealight::ops

// The losses and optimizers that compile() knows by name.
#include "tealight/keras.h"
#include "tealight/nn/functional/loss.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::keras {
namespace {

namespace F = nn::functional;

// Probabilities of 0 have no logarithm; this is less than any that float32's softmax still trains.
constexpr double kSmallest = 1e-37;
Tensor log_of(const Tensor& probabilities) { return probabilities.clamp_min(kSmallest).log(); }

Tensor flat(const Tensor& target) { return target.reshape({-1}).to(kLong); }

// The mean over classes given by number.
Tensor sparse_crossentropy(const Tensor& log_probabilities, const Tensor& target) {
  return nll_loss(log_probabilities.flatten(0, -2), flat(target));
}
// Over classes given as probabilities themselves.
Tensor crossentropy(const Tensor& log_probabilities, const Tensor& target) {
  return -(log_probabilities * target).sum(-1).mean();
}

Tensor fit_shape(const Tensor& target, const Tensor& output) {
  TL_CHECK(target.numel() == output.numel(), "loss: outputs are of sizes ", output.sizes(),
           ", targets of ", target.sizes());
  return target.reshape(output.sizes()).to(output.scalar_type());
}

Tensor mean_squared_error(const Tensor& output, const Tensor& target) {
  return (output - fit_shape(target, output)).pow(2).mean();
}
Tensor mean_absolute_error(const Tensor& output, const Tensor& target) {
  return (output - fit_shape(target, output)).abs().mean();
}
Tensor huber(const Tensor& output, const Tensor& target) {
  return F::huber_loss(output, fit_shape(target, output));
}
Tensor kl_divergence(const Tensor& output, const Tensor& target) {
  const Tensor wanted = fit_shape(target, output);
  return (wanted * (log_of(wanted) - log_of(output))).sum(-1).mean();
}

// ---- optimizers

template <class Optimizer, class Options>
std::function<OptimizerSetup(const std::vector<Tensor>&)> maker(Options options) {
  return [options](const std::vector<Tensor>& parameters) {
    return OptimizerSetup(Optimizer(parameters, options));
  };
}

OptimizerChoice choice_of(const std::string& name) {
  if (name == "sgd") return optim::SGDOptions(1e-2);
  if (name == "adam") return optim::AdamOptions(1e-3).eps(1e-7);
  if (name == "adamw") return optim::AdamWOptions(1e-3).eps(1e-7).weight_decay(4e-3);
  if (name == "rmsprop") return optim::RMSpropOptions(1e-3).alpha(0.9).eps(1e-7);
  if (name == "adagrad")
    return optim::AdagradOptions(1e-3).initial_accumulator_value(0.1).eps(1e-7);
  fail("there is no optimizer '" + name +
       "'; choose sgd, adam, adamw, rmsprop or adagrad, or give options of torch::optim");
}

}  // namespace

OptimizerChoice::OptimizerChoice(const std::string& name) : OptimizerChoice(choice_of(name)) {}
OptimizerChoice::OptimizerChoice(optim::SGDOptions o) : make_(maker<optim::SGD>(o)) {}
OptimizerChoice::OptimizerChoice(optim::AdamOptions o) : make_(maker<optim::Adam>(o)) {}
OptimizerChoice::OptimizerChoice(optim::AdamWOptions o) : make_(maker<optim::AdamW>(o)) {}
OptimizerChoice::OptimizerChoice(optim::RMSpropOptions o) : make_(maker<optim::RMSprop>(o)) {}
OptimizerChoice::OptimizerChoice(optim::AdagradOptions o) : make_(maker<optim::Adagrad>(o)) {}

// ---- losses

LossChoice SparseCategoricalCrossentropy(const CrossentropyOptions& o) {
  return LossChoice([logits = o.from_logits](const Tensor& output, const Tensor& target) {
    return sparse_crossentropy(logits ? log_softmax(output, -1) : log_of(output), target);
  });
}
LossChoice CategoricalCrossentropy(const CrossentropyOptions& o) {
  return LossChoice([logits = o.from_logits](const Tensor& output, const Tensor& target) {
    return crossentropy(logits ? log_softmax(output, -1) : log_of(output), target);
  });
}
LossChoice BinaryCrossentropy(const CrossentropyOptions& o) {
  return LossChoice([logits = o.from_logits](const Tensor& output, const Tensor& target) {
    const Tensor wanted = fit_shape(target, output);
    return logits ? F::binary_cross_entropy_with_logits(output, wanted)
                  : F::binary_cross_entropy(output, wanted);
  });
}

LossChoice::LossChoice(const std::string& name) {
  if (name == "sparse_categorical_crossentropy")
    *this = SparseCategoricalCrossentropy();
  else if (name == "categorical_crossentropy")
    *this = CategoricalCrossentropy();
  else if (name == "binary_crossentropy")
    *this = BinaryCrossentropy();
  else if (name == "mse" || name == "mean_squared_error")
    function_ = mean_squared_error;
  else if (name == "mae" || name == "mean_absolute_error")
    function_ = mean_absolute_error;
  else if (name == "huber")
    function_ = huber;
  else if (name == "kl_divergence")
    function_ = kl_divergence;
  else
    fail("there is no loss '" + name +
         "'; choose sparse_categorical_crossentropy, categorical_crossentropy, "
         "binary_crossentropy, mse, mae, huber or kl_divergence, or give a function");
}

Tensor LossChoice::operator()(const Tensor& output, const Tensor& target) const {
  return function_(output, target);
}

}  // namespace tealight::keras

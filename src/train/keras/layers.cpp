// The layers of Keras as torch::nn's modules, with Keras's defaults and initial values.
#include "tealight/nn/functional/activation.h"
#include "tealight/nn/init.h"
#include "tealight/nn/modules.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "train/keras/layer.h"

namespace tealight::keras {
namespace {

namespace F = nn::functional;
using Function = std::function<Tensor(const Tensor&)>;

struct NamedFunction {
  const char* name;
  Tensor (*function)(const Tensor&);
};
constexpr NamedFunction kActivations[] = {
    {"relu", [](const Tensor& x) { return tealight::relu(x); }},
    {"relu6", [](const Tensor& x) { return tealight::relu6(x); }},
    {"elu", [](const Tensor& x) { return tealight::elu(x); }},
    {"selu", [](const Tensor& x) { return tealight::selu(x); }},
    {"gelu", [](const Tensor& x) { return tealight::gelu(x); }},
    {"sigmoid", [](const Tensor& x) { return tealight::sigmoid(x); }},
    {"hard_sigmoid", [](const Tensor& x) { return tealight::hardsigmoid(x); }},
    {"tanh", [](const Tensor& x) { return tealight::tanh(x); }},
    {"softmax", [](const Tensor& x) { return tealight::softmax(x, -1); }},
    {"log_softmax", [](const Tensor& x) { return tealight::log_softmax(x, -1); }},
    {"softplus", [](const Tensor& x) { return tealight::softplus(x); }},
    {"softsign", [](const Tensor& x) { return F::softsign(x); }},
    {"silu", [](const Tensor& x) { return tealight::silu(x); }},
    {"swish", [](const Tensor& x) { return tealight::silu(x); }},
};

Function activation_of(const std::string& name) {
  if (name.empty() || name == "linear") return {};
  std::string all;
  for (const auto& [known, function] : kActivations) {
    if (known == name) return function;
    all += str(" ", known);
  }
  fail("there is no activation '" + name + "'; there are: linear" + all);
}

Layer layer_of(Layer::State state) {
  return Layer(std::make_shared<Layer::State>(std::move(state)));
}

// Without weights: the same module whatever the input is.
template <class Module>
Layer::State::Make always(Module module) {
  return [module](const Tensor&) { return nn::AnyModule(module); };
}

// As Keras begins: Glorot's uniform numbers, biases of zero.
template <class Holder>
nn::AnyModule with_initial_values(Holder module) {
  nn::init::xavier_uniform_(module->weight);
  if (module->bias.defined()) nn::init::zeros_(module->bias);
  return nn::AnyModule(module);
}

void check_dims(const char* kind, const Tensor& input, int64_t dims, const char* what) {
  TL_CHECK(input.dim() == dims, kind, ": takes ", what, ", but the input is of sizes ",
           input.sizes());
}

/// Several tensors to one.
class TL_API MergeImpl : public nn::Cloneable<MergeImpl> {
 public:
  using Function = std::function<Tensor(const std::vector<Tensor>&)>;
  MergeImpl(std::string kind, Function function)
      : kind_(std::move(kind)), function_(std::move(function)) {}
  void reset() override {}
  void pretty_print(std::ostream& stream) const override { stream << kind_; }
  Tensor forward(std::vector<Tensor> inputs) { return function_(inputs); }

 private:
  std::string kind_;
  Function function_;
};
TORCH_MODULE(Merge);

Layer merging(const char* kind, const std::string& name, MergeImpl::Function function) {
  return layer_of({.kind = kind,
                   .name = name,
                   .make = always(Merge(kind, std::move(function))),
                   .call = [](nn::AnyModule& module, const std::vector<Tensor>& inputs) {
                     return module.forward(inputs);
                   }});
}

class TL_API GlobalAverageImpl : public nn::Cloneable<GlobalAverageImpl> {
 public:
  void reset() override {}
  void pretty_print(std::ostream& stream) const override { stream << "GlobalAveragePooling2D"; }
  Tensor forward(const Tensor& x) {
    check_dims("GlobalAveragePooling2D", x, 4, "pictures (N, C, H, W)");
    return x.mean({2, 3});
  }
};
TORCH_MODULE(GlobalAverage);

}  // namespace

Layer Dense(int64_t units, const std::string& activation, const std::string& name) {
  return layer_of(
      {.kind = "dense",
       .name = name,
       .make =
           [units](const Tensor& x) { return with_initial_values(nn::Linear(x.size(-1), units)); },
       .activation = activation_of(activation)});
}

Layer Flatten(const std::string& name) {
  return layer_of({.kind = "flatten", .name = name, .make = always(nn::Flatten())});
}

Layer Dropout(double rate, const std::string& name) {
  return layer_of({.kind = "dropout", .name = name, .make = always(nn::Dropout(rate))});
}

Layer Activation(const std::string& activation, const std::string& name) {
  const Function function = activation_of(activation);
  const auto call = [function](Tensor x) { return function ? function(x) : x; };
  return layer_of({.kind = "activation", .name = name, .make = always(nn::Functional(call))});
}

Layer Conv2D(int64_t filters, ExpandingArray<2> kernel_size, const Conv2DOptions& o) {
  TL_CHECK(o.padding == "valid" || o.padding == "same", "Conv2D: padding is '", o.padding,
           "'; it is \"valid\" or \"same\"");
  const bool same = o.padding == "same";
  TL_CHECK(!same || ((*o.strides)[0] == 1 && (*o.strides)[1] == 1),
           "Conv2D: padding \"same\" goes with strides of 1 only; put ZeroPadding2D before it");
  const auto make = [=](const Tensor& x) {
    check_dims("Conv2D", x, 4, "pictures (N, C, H, W)");
    auto options = nn::Conv2dOptions(x.size(1), filters, kernel_size)
                       .stride(o.strides)
                       .dilation(o.dilation_rate)
                       .groups(o.groups)
                       .bias(o.use_bias);
    if (same) options.padding(kSame);
    return with_initial_values(nn::Conv2d(options));
  };
  return layer_of(
      {.kind = "conv2d", .name = o.name, .make = make, .activation = activation_of(o.activation)});
}

Layer ZeroPadding2D(ExpandingArray<2> padding, const std::string& name) {
  const int64_t rows = (*padding)[0], columns = (*padding)[1];
  return layer_of(
      {.kind = "zero_padding2d",
       .name = name,
       .make = always(nn::ZeroPad2d(nn::ZeroPad2dOptions({columns, columns, rows, rows})))});
}

Layer MaxPooling2D(ExpandingArray<2> pool_size, const PoolingOptions& o) {
  auto options = nn::MaxPool2dOptions(pool_size).stride(o.strides.value_or(pool_size));
  return layer_of(
      {.kind = "max_pooling2d", .name = o.name, .make = always(nn::MaxPool2d(options))});
}

Layer AveragePooling2D(ExpandingArray<2> pool_size, const PoolingOptions& o) {
  auto options = nn::AvgPool2dOptions(pool_size).stride(o.strides.value_or(pool_size));
  return layer_of(
      {.kind = "average_pooling2d", .name = o.name, .make = always(nn::AvgPool2d(options))});
}

Layer GlobalAveragePooling2D(const std::string& name) {
  return layer_of(
      {.kind = "global_average_pooling2d", .name = name, .make = always(GlobalAverage())});
}

Layer BatchNormalization(const BatchNormalizationOptions& o) {
  const auto make = [o](const Tensor& x) {
    const auto options = nn::BatchNormOptions(x.size(1)).eps(o.epsilon).momentum(1 - o.momentum);
    TL_CHECK(x.dim() >= 2 && x.dim() <= 4,
             "BatchNormalization: takes (N, C), (N, C, L) or "
             "(N, C, H, W), but the input is of sizes ",
             x.sizes());
    return x.dim() == 4 ? nn::AnyModule(nn::BatchNorm2d(options))
                        : nn::AnyModule(nn::BatchNorm1d(options));
  };
  return layer_of({.kind = "batch_normalization", .name = o.name, .make = make});
}

Layer Embedding(int64_t input_dim, int64_t output_dim, const std::string& name) {
  const auto make = [=](const Tensor&) {
    nn::Embedding embedding(input_dim, output_dim);
    nn::init::uniform_(embedding->weight, -0.05, 0.05);
    return nn::AnyModule(embedding);
  };
  return layer_of({.kind = "embedding", .name = name, .make = make});
}

namespace {

// Gates are in the same order in both: input, forget, cell, output. PyTorch has a second bias.
void set_initial_values(nn::LSTMImpl& lstm, int64_t units) {
  NoGradGuard off;
  for (auto& p : lstm.named_parameters()) {
    if (p.key() == "weight_ih_l0")
      nn::init::xavier_uniform_(p.value());
    else if (p.key() == "weight_hh_l0")
      nn::init::orthogonal_(p.value());
    else
      nn::init::zeros_(p.value());
    if (p.key() == "bias_ih_l0") p.value().slice(0, units, 2 * units).fill_(1);
  }
}

}  // namespace

Layer LSTM(int64_t units, const RecurrentOptions& o) {
  const auto make = [units](const Tensor& x) {
    check_dims("LSTM", x, 3, "sequences (N, steps, features)");
    nn::LSTM lstm(nn::LSTMOptions(x.size(2), units).batch_first(true));
    set_initial_values(*lstm, units);
    return nn::AnyModule(lstm);
  };
  const auto call = [all = o.return_sequences](nn::AnyModule& lstm, const std::vector<Tensor>& x) {
    const Tensor steps =
        std::get<0>(lstm.forward<std::tuple<Tensor, nn::LSTMImpl::State>>(x.at(0)));
    return all ? steps : steps.select(1, -1);
  };
  return layer_of({.kind = "lstm", .name = o.name, .make = make, .call = call});
}

Layer Add(const std::string& name) {
  return merging("add", name, [](const std::vector<Tensor>& inputs) {
    Tensor sum = inputs.at(0);
    for (size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
    return sum;
  });
}

Layer Multiply(const std::string& name) {
  return merging("multiply", name, [](const std::vector<Tensor>& inputs) {
    Tensor product = inputs.at(0);
    for (size_t i = 1; i < inputs.size(); ++i) product = product * inputs[i];
    return product;
  });
}

Layer Concatenate(int64_t axis, const std::string& name) {
  return merging("concatenate", name,
                 [axis](const std::vector<Tensor>& inputs) { return cat(inputs, axis); });
}

}  // namespace tealight::keras

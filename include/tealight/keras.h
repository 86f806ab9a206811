// Models as Keras has them: layers that find their sizes out, compile, fit, evaluate, predict.
//   namespace K = tealight::keras;
//   K::Sequential model({K::Flatten(), K::Dense(512, "relu"), K::Dropout(0.2),
//                        K::Dense(10, "softmax")});
//   model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy",
//                  .metrics = {"accuracy"}});
//   auto history = model.fit(x, y, {.epochs = 5, .batch_size = 64, .validation_split = 0.1});
// The names, defaults and initial values are Keras's, the layout is PyTorch's: pictures are
// (N, channels, height, width), the weight of a Dense layer is (units, inputs), and every layer is
// a torch::nn module of the model, "dense_1.weight" in its state dict. So models are traced, saved
// and loaded as any module.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tealight/nn/any_module.h"
#include "tealight/nn/expanding_array.h"
#include "tealight/optim/adagrad.h"
#include "tealight/optim/adam.h"
#include "tealight/optim/adamw.h"
#include "tealight/optim/rmsprop.h"
#include "tealight/optim/sgd.h"
#include "tealight/summary.h"
#include "tealight/trainer.h"

namespace tealight::keras {

// ---- layers

/// What a symbolic input becomes on its way through layers: no numbers, only sizes.
class TL_API KerasTensor {
 public:
  /// Without the batch.
  const std::vector<int64_t>& sizes() const;
  const std::string& name() const;  // of the input or the layer; empty: the model will choose

  struct Node;
  explicit KerasTensor(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  const std::shared_ptr<const Node>& node() const { return node_; }

 private:
  std::shared_ptr<const Node> node_;
};

/// Sizes without the batch. A model is not bound to those that no weight depends on.
TL_API KerasTensor Input(std::vector<int64_t> sizes, const std::string& name = {},
                         ScalarType dtype = kFloat);

/// A handle: copies, and calls of one layer at several places, share its weights.
class TL_API Layer {
 public:
  /// A layer of torch::nn among Keras's.
  explicit Layer(nn::AnyModule module, const std::string& name = {});
  template <class M>
  Layer(const nn::ModuleHolder<M>& module, const std::string& name = {})
      : Layer(nn::AnyModule(module), name) {}
  /// As the first of a Sequential: its sizes are known from the beginning.
  Layer(const KerasTensor& input);

  KerasTensor operator()(const KerasTensor& input) const;
  KerasTensor operator()(const std::vector<KerasTensor>& inputs) const;  // Add, Concatenate ...
  /// Null until it was called: sizes of weights follow from the first input.
  std::shared_ptr<nn::Module> module() const;

  struct State;
  explicit Layer(std::shared_ptr<State> state) : state_(std::move(state)) {}
  const std::shared_ptr<State>& state() const { return state_; }

 private:
  std::shared_ptr<State> state_;
};

// `activation`: relu, relu6, elu, selu, gelu, sigmoid, hard_sigmoid, tanh, softmax, log_softmax,
// softplus, softsign, silu (swish), linear; empty: none. A layer without a name gets one from the
// model: dense, dense_1 ...
TL_API Layer Dense(int64_t units, const std::string& activation = {}, const std::string& name = {});
TL_API Layer Flatten(const std::string& name = {});
TL_API Layer Dropout(double rate, const std::string& name = {});
TL_API Layer Activation(const std::string& activation, const std::string& name = {});

struct Conv2DOptions {
  ExpandingArray<2> strides = 1;
  std::string padding = "valid";  // or "same", with strides of 1
  std::string activation = {};
  ExpandingArray<2> dilation_rate = 1;
  int64_t groups = 1;
  bool use_bias = true;
  std::string name = {};
};
TL_API Layer Conv2D(int64_t filters, ExpandingArray<2> kernel_size, const Conv2DOptions& = {});
/// Zeros at the top and bottom, and on the left and right.
TL_API Layer ZeroPadding2D(ExpandingArray<2> padding, const std::string& name = {});

struct PoolingOptions {
  std::optional<ExpandingArray<2>> strides = {};  // as large as the window
  std::string name = {};
};
TL_API Layer MaxPooling2D(ExpandingArray<2> pool_size = 2, const PoolingOptions& = {});
TL_API Layer AveragePooling2D(ExpandingArray<2> pool_size = 2, const PoolingOptions& = {});
TL_API Layer GlobalAveragePooling2D(const std::string& name = {});

struct BatchNormalizationOptions {
  double momentum = 0.99;  // of the old statistics, as Keras counts it; PyTorch's is 1 less it
  double epsilon = 1e-3;
  std::string name = {};
};
TL_API Layer BatchNormalization(const BatchNormalizationOptions& = {});

/// Of numbers from 0 to input_dim - 1: kLong.
TL_API Layer Embedding(int64_t input_dim, int64_t output_dim, const std::string& name = {});
struct RecurrentOptions {
  bool return_sequences = false;  // every step's output (N, steps, units), not the last alone
  std::string name = {};
};
TL_API Layer LSTM(int64_t units, const RecurrentOptions& = {});

// Several tensors to one.
TL_API Layer Add(const std::string& name = {});
TL_API Layer Multiply(const std::string& name = {});
TL_API Layer Concatenate(int64_t axis = -1, const std::string& name = {});

// ---- what compile() takes

/// "sgd", "adam", "adamw", "rmsprop" or "adagrad" with Keras's defaults, or torch::optim's options.
class TL_API OptimizerChoice {
 public:
  OptimizerChoice(const char* name) : OptimizerChoice(std::string(name)) {}
  OptimizerChoice(const std::string& name);
  OptimizerChoice(optim::SGDOptions options);
  OptimizerChoice(optim::AdamOptions options);
  OptimizerChoice(optim::AdamWOptions options);
  OptimizerChoice(optim::RMSpropOptions options);
  OptimizerChoice(optim::AdagradOptions options);
  OptimizerSetup make(const std::vector<Tensor>& parameters) const { return make_(parameters); }

 private:
  std::function<OptimizerSetup(const std::vector<Tensor>&)> make_;
};

/// Of outputs and targets: "sparse_categorical_crossentropy", "categorical_crossentropy",
/// "binary_crossentropy" (these three of probabilities), "mean_squared_error" (mse),
/// "mean_absolute_error" (mae), "huber", "kl_divergence"; or any function of the two.
class TL_API LossChoice {
 public:
  using Function = std::function<Tensor(const Tensor& output, const Tensor& target)>;
  LossChoice(const char* name) : LossChoice(std::string(name)) {}
  LossChoice(const std::string& name);
  template <class F>
    requires std::is_invocable_r_v<Tensor, F, const Tensor&, const Tensor&>
  LossChoice(F f) : function_(std::move(f)) {}
  Tensor operator()(const Tensor& output, const Tensor& target) const;

 private:
  Function function_;
};
struct CrossentropyOptions {
  bool from_logits = false;  // the outputs are no probabilities yet
};
TL_API LossChoice SparseCategoricalCrossentropy(const CrossentropyOptions& = {});
TL_API LossChoice CategoricalCrossentropy(const CrossentropyOptions& = {});
TL_API LossChoice BinaryCrossentropy(const CrossentropyOptions& = {});

struct CompileOptions {
  OptimizerChoice optimizer = "rmsprop";
  LossChoice loss = "mse";
  std::vector<std::string> metrics = {};  // metrics::make
};

// ---- models

struct FitOptions {
  int64_t epochs = 1;
  int64_t batch_size = 32;
  double validation_split = 0;  // this part at the end is not trained on
  std::optional<std::pair<Tensor, Tensor>> validation_data = {};
  bool shuffle = true;
  std::optional<uint64_t> seed = {};
  bool verbose = true;
  std::vector<std::shared_ptr<Callback>> callbacks = {};
  std::string folder = {};  // TrainerOptions::folder
};
struct EvaluateOptions {
  int64_t batch_size = 32;
};

/// Metrics by epoch: history["val_accuracy"].back().
struct TL_API History {
  std::vector<std::map<std::string, double>> epochs;
  std::vector<double> operator[](const std::string& name) const;
};

/// auto [loss, accuracy] = model.evaluate(x, y): the loss and the first metric; all["top5"].
struct TL_API Evaluation {
  std::map<std::string, double> all;
  double loss, metric;
  template <size_t I>
  double get() const {
    return I == 0 ? loss : metric;
  }
};

/// How a call treats dropout and normalisation.
enum class Mode { inference, training };
inline constexpr Mode inference = Mode::inference, training = Mode::training;

/// From a symbolic input to an output: all layers on the way.
class TL_API Model : public LightningModule {
 public:
  Model(const KerasTensor& input, const KerasTensor& output);
  Model(const KerasTensor& input, const KerasTensor& output, const std::string& name);

  /// As train() and eval() say, like any module's.
  Tensor forward(Tensor x);
  /// Keras's call: in inference mode unless told otherwise. Gradients are recorded as ever.
  Tensor operator()(const Tensor& x, Mode mode = Mode::inference);

  void compile(CompileOptions options);
  History fit(const Tensor& x, const Tensor& y, const FitOptions& = {});
  /// Batches of a loader; they are taken as they come.
  History fit(const BatchSource& train, const FitOptions& = {});
  History fit(const BatchSource& train, const BatchSource& val, const FitOptions& = {});
  Evaluation evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& = {});
  Evaluation evaluate(const BatchSource& batches);
  /// In eval mode, without a graph.
  Tensor predict(const Tensor& x, const EvaluateOptions& = {});

  std::vector<Tensor> trainable_weights() const;
  /// By name, in the order of calls.
  std::vector<std::pair<std::string, Layer>> layers() const;
  Layer layer(const std::string& name) const;
  /// Of the input, without the batch; empty until it is known.
  const std::vector<int64_t>& input_sizes() const { return input_sizes_; }
  const std::string& input_name() const { return input_name_; }
  int64_t count_params() const;
  /// A table of the layers, for a batch of one.
  Summary summary() const;

  Tensor training_step(Batch batch, int64_t batch_index) override;
  void validation_step(Batch batch, int64_t batch_index) override;
  Optimizer configure_optimizers() override;
  std::shared_ptr<nn::Module> clone(
      const std::optional<Device>& device = std::nullopt) const override;

 protected:
  Model();
  explicit Model(const std::string& name);
  struct Step {
    size_t layer;
    std::vector<size_t> inputs;  // steps before, counted from 1; 0: the model's input
  };
  size_t add_layer(const Layer& layer);  // its place; that which it has, if it is here already
  void set_input(const KerasTensor& input);
  /// Layers whose sizes are not known yet, by this example.
  void build_all(const Tensor& example);
  Tensor input_example() const;
  std::vector<Step> steps_;

 private:
  void connect(const KerasTensor& input, const KerasTensor& output);
  void build(size_t layer, const std::vector<Tensor>& inputs);
  const CompileOptions& compiled() const;
  /// The loss; logs the metrics.
  Tensor step(const Batch& batch, const std::string& prefix);
  History run_trainer(const BatchSource& train, const BatchSource* val, const FitOptions&);
  std::string unique_name(const std::string& kind) const;

  std::vector<std::pair<std::string, Layer>> layers_;
  std::vector<int64_t> input_sizes_;
  ScalarType input_dtype_ = kFloat;
  std::string input_name_ = "input";
  std::optional<CompileOptions> compiled_;
};

/// Layers one after another. Its weights are made by the first input, unless an Input comes first
/// or build() is called: do so before an optimizer of your own is made.
class TL_API Sequential : public Model {
 public:
  explicit Sequential(std::initializer_list<Layer> layers);
  Sequential(std::initializer_list<Layer> layers, const std::string& name);
  explicit Sequential(const std::vector<Layer>& layers);
  Sequential(const std::vector<Layer>& layers, const std::string& name);
  void add(const Layer& layer);
  /// Without the batch.
  void build(const std::vector<int64_t>& input_sizes, ScalarType dtype = kFloat);

 private:
  void append(const std::vector<Layer>& layers);
};

}  // namespace tealight::keras

template <>
struct std::tuple_size<tealight::keras::Evaluation> : std::integral_constant<size_t, 2> {};
template <size_t I>
struct std::tuple_element<I, tealight::keras::Evaluation> {
  using type = double;
};

// Models of layers: which are called in what order, under which names; and how they are run.
#include <algorithm>
#include <map>
#include <set>

#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"
#include "train/keras/layer.h"

namespace tealight::keras {

Model::Model() = default;
Model::Model(const std::string& name) : LightningModule(name) {}

Model::Model(const KerasTensor& input, const KerasTensor& output) { connect(input, output); }
Model::Model(const KerasTensor& input, const KerasTensor& output, const std::string& name)
    : Model(name) {
  connect(input, output);
}

void Model::connect(const KerasTensor& input, const KerasTensor& output) {
  set_input(input);
  std::map<const KerasTensor::Node*, size_t> places{{input.node().get(), 0}};
  const std::function<size_t(const KerasTensor&)> place_of = [&](const KerasTensor& t) -> size_t {
    if (const auto known = places.find(t.node().get()); known != places.end()) return known->second;
    TL_CHECK(t.node()->layer, "Model: the output depends on the input '", t.name(),
             "', which is not the model's");
    std::vector<size_t> inputs;
    for (const KerasTensor& in : t.node()->inputs) inputs.push_back(place_of(in));
    steps_.push_back({add_layer(*t.node()->layer), std::move(inputs)});
    return places[t.node().get()] = steps_.size();
  };
  place_of(output);
  TL_CHECK(!steps_.empty(), "Model: there is no layer between the input and the output");
}

void Model::set_input(const KerasTensor& input) {
  TL_CHECK(!input.node()->layer, "Model: '", input.name(), "' is what a layer gave, not an Input");
  input_sizes_ = input.sizes();
  input_dtype_ = input.node()->dtype;
  if (!input.name().empty()) input_name_ = input.name();
}

// ---- layers and their names

std::string Model::unique_name(const std::string& kind) const {
  std::set<std::string> taken;
  for (const auto& [name, layer] : layers_) taken.insert(name);
  std::string name = kind;
  for (int i = 1; taken.contains(name); ++i) name = str(kind, "_", i);
  return name;
}

size_t Model::add_layer(const Layer& layer) {
  for (size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i].second.state() == layer.state()) return i;
  const Layer::State& state = *layer.state();
  const std::string name = state.name.empty() ? unique_name(state.kind) : state.name;
  TL_CHECK(std::none_of(layers_.begin(), layers_.end(),
                        [&](const auto& known) { return known.first == name; }),
           "two layers of the model are called '", name, "'");
  layers_.emplace_back(name, layer);
  if (state.built()) register_module(name, layer.module());
  return layers_.size() - 1;
}

void Model::build(size_t layer, const std::vector<Tensor>& inputs) {
  const auto& [name, made] = layers_[layer];
  if (made.state()->built()) return;
  made.state()->build(inputs.at(0));
  register_module(name, made.module());
  made.module()->train(is_training());
}

void Model::build_all(const Tensor& example) {
  const bool built = std::all_of(layers_.begin(), layers_.end(),
                                 [](const auto& layer) { return layer.second.state()->built(); });
  if (built && !input_sizes_.empty()) return;
  const NoGradGuard off;
  const InMode eval(*this, false);
  forward(example);
}

Tensor Model::input_example() const { return example_of(input_sizes_, input_dtype_); }

std::vector<std::pair<std::string, Layer>> Model::layers() const { return layers_; }

Layer Model::layer(const std::string& name) const {
  std::string names;
  for (const auto& [known, layer] : layers_) {
    if (known == name) return layer;
    names += " " + known;
  }
  fail("the model has no layer '" + name + "'; there are:" + names);
}

std::vector<Tensor> Model::trainable_weights() const {
  std::vector<Tensor> weights;
  for (const Tensor& p : parameters())
    if (p.requires_grad()) weights.push_back(p);
  return weights;
}

int64_t Model::count_params() const {
  int64_t count = 0;
  for (const Tensor& p : parameters()) count += p.numel();
  return count;
}

Summary Model::summary() const {
  TL_CHECK(!input_sizes_.empty(),
           "summary: the model does not know its sizes yet; give it an Input, or build() it");
  return tealight::summary(*this, {input_example()});
}

// ---- running

Tensor Model::forward(Tensor x) {
  TL_CHECK(!steps_.empty(), "the model has no layers");
  if (input_sizes_.empty() && x.dim() > 1) {
    input_sizes_ = x.sizes().slice(1).vec();
    input_dtype_ = x.scalar_type();
  }
  std::vector<Tensor> values{std::move(x)};
  for (const Step& step : steps_) {
    const auto& [name, layer] = layers_[step.layer];
    try {
      std::vector<Tensor> inputs;
      for (const size_t i : step.inputs) inputs.push_back(values[i]);
      build(step.layer, inputs);
      values.push_back(layer.state()->forward(inputs));
    } catch (Error& e) {
      throw e.at("layer " + name);
    }
  }
  return values.back();
}

Tensor Model::operator()(const Tensor& x, Mode mode) {
  const InMode now(*this, mode == Mode::training);
  return forward(x);
}

std::shared_ptr<nn::Module> Model::clone(const std::optional<Device>& device) const {
  const auto copy = std::make_shared<Model>(*this);
  for (auto& [name, layer] : copy->layers_) {
    auto state = std::make_shared<Layer::State>(*layer.state());
    if (state->built()) {
      state->module = state->module.clone(device);
      copy->replace_module(name, state->module.ptr());
    }
    layer = Layer(std::move(state));
  }
  return copy;
}

// ---- Sequential

Sequential::Sequential(std::initializer_list<Layer> layers)
    : Sequential(std::vector<Layer>(layers)) {}
Sequential::Sequential(std::initializer_list<Layer> layers, const std::string& name)
    : Sequential(std::vector<Layer>(layers), name) {}
Sequential::Sequential(const std::vector<Layer>& layers) { append(layers); }
Sequential::Sequential(const std::vector<Layer>& layers, const std::string& name) : Model(name) {
  append(layers);
}

void Sequential::append(const std::vector<Layer>& layers) {
  for (const Layer& layer : layers) {
    if (const auto& input = layer.state()->input) {
      TL_CHECK(steps_.empty(), "Sequential: an Input comes first");
      set_input(KerasTensor(input));
    } else {
      steps_.push_back({add_layer(layer), {steps_.size()}});
    }
  }
  if (!input_sizes().empty() && !steps_.empty()) build_all(input_example());
}

void Sequential::add(const Layer& layer) { append({layer}); }

void Sequential::build(const std::vector<int64_t>& input_sizes, ScalarType dtype) {
  build_all(example_of(input_sizes, dtype));
}

}  // namespace tealight::keras

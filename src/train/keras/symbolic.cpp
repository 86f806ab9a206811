// Layers called on symbolic tensors: modules are made, and sizes found, on zeros.
#include <cctype>

#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/trace.h"
#include "train/keras/layer.h"

namespace tealight::keras {

Tensor example_of(const std::vector<int64_t>& sizes, ScalarType dtype) {
  std::vector<int64_t> all{1};
  all.insert(all.end(), sizes.begin(), sizes.end());
  return zeros(all, dtype);
}

const std::vector<int64_t>& KerasTensor::sizes() const { return node_->sizes; }
const std::string& KerasTensor::name() const { return node_->name; }

KerasTensor Input(std::vector<int64_t> sizes, const std::string& name, ScalarType dtype) {
  for (const int64_t size : sizes)
    TL_CHECK(size > 0, "Input: a size is ", size,
             "; give an example's sizes without the batch: a model takes others too, as far as no "
             "weight depends on them");
  return KerasTensor(std::make_shared<KerasTensor::Node>(KerasTensor::Node{
      .layer = {}, .inputs = {}, .sizes = std::move(sizes), .dtype = dtype, .name = name}));
}

Layer::Layer(nn::AnyModule module, const std::string& name)
    : state_(std::make_shared<State>(
          State{.kind = "", .name = name, .make = {}, .module = std::move(module)})) {
  TL_CHECK(state_->built(), "Layer: the module is empty");
  for (const char c : detail::class_name_of(state_->module.ptr()->name()))
    state_->kind += char(std::tolower(c));
}

Layer::Layer(const KerasTensor& input)
    : state_(std::make_shared<State>(
          State{.kind = "input", .name = input.name(), .make = {}, .input = input.node()})) {
  TL_CHECK(!input.node()->layer, "a Sequential begins with an Input or a layer, not with '",
           input.name(), "', which a layer gave; use Model(input, output)");
}

std::shared_ptr<nn::Module> Layer::module() const {
  return state_->built() ? state_->module.ptr() : nullptr;
}

KerasTensor Layer::operator()(const KerasTensor& input) const {
  return (*this)(std::vector<KerasTensor>{input});
}

KerasTensor Layer::operator()(const std::vector<KerasTensor>& inputs) const try {
  TL_CHECK(!inputs.empty(), "there are no inputs");
  std::vector<Tensor> examples;
  for (const KerasTensor& in : inputs) examples.push_back(example_of(in.sizes(), in.node()->dtype));
  state_->build(examples[0]);
  const NoGradGuard off;
  const InMode eval(*state_->module.ptr(), false);
  const Tensor out = state_->forward(examples);
  const std::vector<int64_t> sizes = out.sizes().vec();
  return KerasTensor(std::make_shared<KerasTensor::Node>(
      KerasTensor::Node{.layer = *this,
                        .inputs = inputs,
                        .sizes = {sizes.begin() + 1, sizes.end()},
                        .dtype = out.scalar_type(),
                        .name = state_->name}));
} catch (Error& e) {
  throw e.at(str("layer ", state_->name.empty() ? state_->kind : state_->name));
}

}  // namespace tealight::keras

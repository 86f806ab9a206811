// As much of libtorch's torch::nn as the lessons on scripting, tracing and export need, for
// inference: modules that list their parameters, and a few layers. It goes when Tealight has
// torch::nn itself; the lessons use libtorch's names, so that they can stay.
#pragma once
#include <cxxabi.h>
#include <tealight/save.h>
#include <torch/script.h>

#include <cmath>

namespace torch::nn {

template <class T>
struct Item {  // of an OrderedDict<std::string, T>
  std::string name;
  T item;
  const std::string& key() const { return name; }
  const T& value() const { return item; }
};

class Module {
 public:
  virtual ~Module() = default;
  std::vector<Item<Tensor>> named_parameters(bool recurse = true) const {
    return tensors(&Module::parameters_, recurse);
  }
  std::vector<Item<Tensor>> named_buffers(bool recurse = true) const {
    return tensors(&Module::buffers_, recurse);
  }
  const std::vector<Item<std::shared_ptr<Module>>>& named_children() const { return children_; }
  std::string name() const {  // "torch::nn::LinearImpl"
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> text(
        abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status), std::free);
    return status == 0 ? text.get() : typeid(*this).name();
  }
  bool is_training() const { return training_; }
  void train(bool on = true) {
    training_ = on;
    for (const auto& c : children_) c.value()->train(on);
  }
  void eval() { train(false); }
  /// By what name the module around it knows this one.
  const std::string& place() const { return place_; }

  Tensor& register_parameter(const std::string& name, Tensor t, bool requires_grad = true) {
    parameters_.push_back({name, t.requires_grad_(requires_grad)});
    return parameters_.back().item;
  }
  Tensor& register_buffer(const std::string& name, Tensor t) {
    buffers_.push_back({name, std::move(t)});
    return buffers_.back().item;
  }
  template <class Holder>
    requires requires(Holder h) { h.ptr(); }
  Holder register_module(const std::string& name, Holder m) {
    children_.push_back({name, m.ptr()});
    m->place_ = name;
    return m;
  }

 private:
  std::vector<Item<Tensor>> tensors(std::vector<Item<Tensor>> Module::* which, bool recurse) const {
    std::vector<Item<Tensor>> all = this->*which;
    for (const auto& c : children_)
      if (recurse)
        for (auto& inner : c.value()->tensors(which, true))
          all.push_back({c.key() + "." + inner.name, inner.item});
    return all;
  }
  std::vector<Item<Tensor>> parameters_, buffers_;
  std::vector<Item<std::shared_ptr<Module>>> children_;
  bool training_ = true;
  std::string place_;
};

/// A module by shared pointer. A call of it is a call of a submodule in a trace.
template <class M>
class ModuleHolder {
 public:
  template <class... A>
    requires((sizeof...(A) != 1 ||
              (!std::derived_from<std::remove_cvref_t<A>, ModuleHolder> && ...)) &&
             std::constructible_from<M, A...>)
  explicit(sizeof...(A) == 0) ModuleHolder(A&&... a)
      : impl_(std::make_shared<M>(std::forward<A>(a)...)) {}
  M* operator->() const { return impl_.get(); }
  M& operator*() const { return *impl_; }
  const std::shared_ptr<M>& ptr() const { return impl_; }
  template <class... A>
    requires requires(M& m, A&&... a) { m.forward(std::forward<A>(a)...); }
  auto operator()(A&&... a) const {
    const tealight::TraceScope scope(impl_->place());
    return impl_->forward(std::forward<A>(a)...);
  }

 private:
  std::shared_ptr<M> impl_;
};

#define TORCH_MODULE(Name)                                   \
  class Name : public torch::nn::ModuleHolder<Name##Impl> {  \
   public:                                                   \
    using torch::nn::ModuleHolder<Name##Impl>::ModuleHolder; \
  }

inline Tensor uniform(IntArrayRef sizes, int64_t fan_in) {
  const double bound = 1 / std::sqrt(double(fan_in));
  return torch::empty(sizes).uniform_(-bound, bound);
}

struct LinearImpl : Module {
  LinearImpl(int64_t in, int64_t out)
      : weight(register_parameter("weight", uniform({out, in}, in))),
        bias(register_parameter("bias", uniform({out}, in))) {}
  Tensor forward(const Tensor& x) const { return torch::linear(x, weight, bias); }
  Tensor weight, bias;
};
TORCH_MODULE(Linear);

struct Conv2dOptions {
  Conv2dOptions(int64_t in, int64_t out, int64_t kernel) : in_(in), out_(out), kernel_(kernel) {}
  int64_t in_, out_, kernel_, stride_ = 1, padding_ = 0, groups_ = 1;
  bool bias_ = true;
  Conv2dOptions& stride(int64_t n) { return stride_ = n, *this; }
  Conv2dOptions& padding(int64_t n) { return padding_ = n, *this; }
  Conv2dOptions& groups(int64_t n) { return groups_ = n, *this; }
  Conv2dOptions& bias(bool on) { return bias_ = on, *this; }
};
struct Conv2dImpl : Module {
  explicit Conv2dImpl(const Conv2dOptions& o) : options(o) {
    const int64_t inputs = o.in_ / o.groups_, fan_in = inputs * o.kernel_ * o.kernel_;
    weight = register_parameter("weight", uniform({o.out_, inputs, o.kernel_, o.kernel_}, fan_in));
    if (o.bias_) bias = register_parameter("bias", uniform({o.out_}, fan_in));
  }
  Tensor forward(const Tensor& x) const {
    const auto bias_or_none = bias.defined() ? c10::optional<Tensor>(bias) : c10::nullopt;
    return torch::conv2d(x, weight, bias_or_none, {options.stride_, options.stride_},
                         {options.padding_, options.padding_}, {1, 1}, options.groups_);
  }
  Conv2dOptions options;
  Tensor weight, bias;
};
TORCH_MODULE(Conv2d);

struct BatchNorm2dImpl : Module {
  explicit BatchNorm2dImpl(int64_t n)
      : weight(register_parameter("weight", torch::ones({n}))),
        bias(register_parameter("bias", torch::zeros({n}))),
        running_mean(register_buffer("running_mean", torch::zeros({n}))),
        running_var(register_buffer("running_var", torch::ones({n}))) {}
  Tensor forward(const Tensor& x) const {
    return torch::batch_norm(x, weight, bias, running_mean, running_var, is_training(), 0.1, 1e-5,
                             true);
  }
  Tensor weight, bias, running_mean, running_var;
};
TORCH_MODULE(BatchNorm2d);

struct ReLUImpl : Module {
  Tensor forward(const Tensor& x) const { return torch::relu(x); }
};
TORCH_MODULE(ReLU);
struct ReLU6Impl : Module {
  Tensor forward(const Tensor& x) const { return torch::hardtanh(x, 0, 6); }
};
TORCH_MODULE(ReLU6);
struct DropoutImpl : Module {
  explicit DropoutImpl(double p = 0.5) : p(p) {}
  Tensor forward(const Tensor& x) const { return torch::dropout(x, p, is_training()); }
  double p;
};
TORCH_MODULE(Dropout);
struct SoftmaxImpl : Module {
  explicit SoftmaxImpl(int64_t dim) : dim(dim) {}
  Tensor forward(const Tensor& x) const { return torch::softmax(x, dim); }
  int64_t dim;
};
TORCH_MODULE(Softmax);

struct SequentialImpl : Module {
  template <class... Holder>
  explicit SequentialImpl(Holder... layers) {
    (push_back(std::move(layers)), ...);
  }
  template <class Holder>
  void push_back(Holder layer) {
    register_module(std::to_string(steps_.size()), layer);
    steps_.push_back([layer](const Tensor& x) { return layer(x); });
  }
  Tensor forward(Tensor x) const {
    for (const auto& step : steps_) x = step(x);
    return x;
  }

 private:
  std::vector<std::function<Tensor(const Tensor&)>> steps_;
};
TORCH_MODULE(Sequential);

/// Its tensors by name.
inline tealight::StateDict state_dict(const Module& m) {
  tealight::StateDict all;
  for (const auto& p : m.named_parameters()) all.emplace_back(p.key(), p.value().detach());
  for (const auto& b : m.named_buffers()) all.emplace_back(b.key(), b.value());
  return all;
}

}  // namespace torch::nn

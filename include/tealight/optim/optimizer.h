// torch::optim::Optimizer: parameters in groups, each with options of its own, and what the
// optimizer remembers of each parameter.
//   torch::optim::SGD sgd(net->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
//   sgd.zero_grad(); loss.backward(); sgd.step();
// An optimizer belongs to one thread at a time; step() itself uses several for large parameters.
#pragma once
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "tealight/arg.h"
#include "tealight/flat_hash_map.h"
#include "tealight/tensor.h"

namespace torch {
using namespace tealight;
namespace serialize {
class OutputArchive;
class InputArchive;
}  // namespace serialize
namespace optim {}
}  // namespace torch
namespace tealight {
namespace optim = torch::optim;
}

namespace torch::optim {

/// What an optimizer remembers of one parameter (momentum, averages, the number of steps).
class TL_API OptimizerParamState {
 public:
  virtual ~OptimizerParamState() = default;
  virtual std::unique_ptr<OptimizerParamState> clone() const;
  virtual void serialize(serialize::InputArchive&);
  virtual void serialize(serialize::OutputArchive&) const;
};
template <class Derived>
class OptimizerCloneableParamState : public OptimizerParamState {
  std::unique_ptr<OptimizerParamState> clone() const override {
    return std::make_unique<Derived>(static_cast<const Derived&>(*this));
  }
};

/// Settings of a group of parameters.
class TL_API OptimizerOptions {
 public:
  virtual ~OptimizerOptions() = default;
  virtual std::unique_ptr<OptimizerOptions> clone() const;
  virtual void serialize(serialize::InputArchive&);
  virtual void serialize(serialize::OutputArchive&) const;
  virtual double get_lr() const;
  virtual void set_lr(double lr);
  /// What OneCycleLR turns together with the rate: momentum or the first beta; null without.
  virtual double* momentum_slot() { return nullptr; }
};
template <class Derived>
class OptimizerCloneableOptions : public OptimizerOptions {
 private:
  std::unique_ptr<OptimizerOptions> clone() const override {
    return std::make_unique<Derived>(static_cast<const Derived&>(*this));
  }
};

/// Parameters that share their options; those of the optimizer where it has none.
class TL_API OptimizerParamGroup {
 public:
  OptimizerParamGroup(const OptimizerParamGroup&);
  OptimizerParamGroup(OptimizerParamGroup&&) noexcept = default;
  OptimizerParamGroup& operator=(const OptimizerParamGroup&) = delete;
  OptimizerParamGroup(std::vector<Tensor> params) : params_(std::move(params)) {}
  OptimizerParamGroup(std::vector<Tensor> params, std::unique_ptr<OptimizerOptions> options)
      : params_(std::move(params)), options_(std::move(options)) {}

  bool has_options() const { return options_ != nullptr; }
  OptimizerOptions& options();
  const OptimizerOptions& options() const;
  void set_options(std::unique_ptr<OptimizerOptions> options) { options_ = std::move(options); }
  std::vector<Tensor>& params() { return params_; }
  const std::vector<Tensor>& params() const { return params_; }
  /// The rate that the first scheduler found.
  std::optional<double> initial_lr;

 protected:
  std::vector<Tensor> params_;
  std::unique_ptr<OptimizerOptions> options_;
};

class TL_API Optimizer {
 public:
  using LossClosure = std::function<Tensor()>;
  using State = ska::flat_hash_map<void*, std::unique_ptr<OptimizerParamState>>;

  explicit Optimizer(const std::vector<OptimizerParamGroup>& param_groups,
                     std::unique_ptr<OptimizerOptions> defaults);
  explicit Optimizer(std::vector<Tensor> parameters, std::unique_ptr<OptimizerOptions> defaults)
      : Optimizer({OptimizerParamGroup(std::move(parameters))}, std::move(defaults)) {}
  Optimizer(const Optimizer&) = delete;
  Optimizer(Optimizer&&) = default;
  virtual ~Optimizer() = default;

  /// Changes the parameters that have a gradient. `closure`, where it is given, computes the loss
  /// and its gradients first (several times for LBFGS); step() returns that loss.
  virtual Tensor step(LossClosure closure = nullptr) = 0;
  /// Before the next backward(): gradients go, or become zeros.
  void zero_grad(bool set_to_none = true);
  /// Throws when a parameter is no leaf, or in another group.
  void add_param_group(const OptimizerParamGroup& param_group);

  OptimizerOptions& defaults() noexcept { return *defaults_; }
  const OptimizerOptions& defaults() const noexcept { return *defaults_; }
  std::vector<OptimizerParamGroup>& param_groups() noexcept { return param_groups_; }
  const std::vector<OptimizerParamGroup>& param_groups() const noexcept { return param_groups_; }
  /// By Tensor::unsafeGetTensorImpl().
  State& state() noexcept { return state_; }
  const State& state() const noexcept { return state_; }

  /// Options and state; torch::save and torch::load call these. The format is libtorch's.
  virtual void save(serialize::OutputArchive&) const;
  virtual void load(serialize::InputArchive&);

  // What libtorch keeps from its early days, with a warning.
  void add_parameters(const std::vector<Tensor>& parameters);
  const std::vector<Tensor>& parameters() const noexcept;
  std::vector<Tensor>& parameters() noexcept;
  size_t size() const noexcept;

 protected:
  std::vector<OptimizerParamGroup> param_groups_;
  State state_;
  std::unique_ptr<OptimizerOptions> defaults_;
};

TL_API serialize::OutputArchive& operator<<(serialize::OutputArchive&, const Optimizer&);
TL_API serialize::InputArchive& operator>>(serialize::InputArchive&, Optimizer&);

}  // namespace torch::optim

// In an Options or a ParamState struct.
#define TL_OPTIM_SERIALIZED(Type)                                   \
 public:                                                            \
  void serialize(serialize::InputArchive& archive) override;        \
  void serialize(serialize::OutputArchive& archive) const override; \
  TL_API friend bool operator==(const Type&, const Type&);
#define TL_OPTIM_LR                              \
 public:                                         \
  double get_lr() const override { return lr_; } \
  void set_lr(double lr) override { lr_ = lr; }

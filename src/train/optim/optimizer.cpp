#include "tealight/optim/optimizer.h"

#include <unordered_set>

#include "core/base.h"
#include "tealight/context.h"
#include "tealight/ops.h"

namespace torch::optim {
namespace {
[[noreturn]] void not_written(const char* function, const char* type, const char* cloneable,
                              const char* user_type) {
  fail(str(function, " has not been implemented for torch::optim::", type,
           ". Subclass torch::optim::", cloneable, "<", user_type, "> and override it there."));
}
[[noreturn]] void not_written_for_state(const char* function) {
  not_written(function, "OptimizerParamState", "OptimizerCloneableParamState",
              "YourOptimizerParamState");
}
[[noreturn]] void not_written_for_options(const char* function) {
  not_written(function, "OptimizerOptions", "OptimizerCloneableOptions", "YourOptimizerOptions");
}
void warn_of_old(const char* function) {
  warn(str("Optimizer::", function, "() will be removed in PyTorch 1.6"));
}
}  // namespace

std::unique_ptr<OptimizerParamState> OptimizerParamState::clone() const {
  not_written_for_state("clone()");
}
void OptimizerParamState::serialize(serialize::InputArchive&) {
  not_written_for_state("void serialize(torch::serialize::InputArchive& archive)");
}
void OptimizerParamState::serialize(serialize::OutputArchive&) const {
  not_written_for_state("void serialize(torch::serialize::OutputArchive& archive)");
}

std::unique_ptr<OptimizerOptions> OptimizerOptions::clone() const {
  not_written_for_options("clone()");
}
void OptimizerOptions::serialize(serialize::InputArchive&) {
  not_written_for_options("void serialize(torch::serialize::InputArchive& archive)");
}
void OptimizerOptions::serialize(serialize::OutputArchive&) const {
  not_written_for_options("void serialize(torch::serialize::OutputArchive& archive)");
}
double OptimizerOptions::get_lr() const { not_written_for_options("double get_lr()"); }
void OptimizerOptions::set_lr(double) { not_written_for_options("double set_lr()"); }

OptimizerParamGroup::OptimizerParamGroup(const OptimizerParamGroup& other)
    : initial_lr(other.initial_lr),
      params_(other.params_),
      options_(other.options_ ? other.options_->clone() : nullptr) {}
OptimizerOptions& OptimizerParamGroup::options() {
  TL_CHECK(has_options(), "this group of parameters has no options yet: add it to an optimizer");
  return *options_;
}
const OptimizerOptions& OptimizerParamGroup::options() const {
  return const_cast<OptimizerParamGroup*>(this)->options();
}

Optimizer::Optimizer(const std::vector<OptimizerParamGroup>& param_groups,
                     std::unique_ptr<OptimizerOptions> defaults)
    : defaults_(std::move(defaults)) {
  for (const auto& group : param_groups) add_param_group(group);
}

void Optimizer::add_param_group(const OptimizerParamGroup& param_group) {
  std::unordered_set<const void*> known;
  for (const auto& group : param_groups_)
    for (const Tensor& p : group.params()) known.insert(p.unsafeGetTensorImpl());
  for (const Tensor& p : param_group.params()) {
    TL_CHECK(p.is_leaf(), "can't optimize a non-leaf Tensor");
    TL_CHECK(!known.count(p.unsafeGetTensorImpl()),
             "some parameters appear in more than one parameter group");
  }
  OptimizerParamGroup group(param_group);
  if (!group.has_options()) group.set_options(defaults_->clone());
  param_groups_.push_back(std::move(group));
}

void Optimizer::zero_grad(bool set_to_none) {
  for (auto& group : param_groups_)
    for (Tensor& p : group.params()) {
      if (!p.defined() || !p.grad().defined()) continue;
      Tensor& grad = p.mutable_grad();
      if (set_to_none) {
        grad.reset();
      } else {
        grad.detach_();
        grad.zero_();
      }
    }
}

void Optimizer::save(serialize::OutputArchive&) const {}
void Optimizer::load(serialize::InputArchive&) {}

void Optimizer::add_parameters(const std::vector<Tensor>& parameters) {
  warn_of_old("add_parameters");
  auto& params = param_groups_.at(0).params();
  params.insert(params.end(), parameters.begin(), parameters.end());
}
const std::vector<Tensor>& Optimizer::parameters() const noexcept {
  warn_of_old("parameters");
  return param_groups_.at(0).params();
}
std::vector<Tensor>& Optimizer::parameters() noexcept {
  warn_of_old("parameters");
  return param_groups_.at(0).params();
}
size_t Optimizer::size() const noexcept {
  warn_of_old("size");
  size_t count = 0;
  for (const auto& group : param_groups_) count += group.params().size();
  return count;
}

serialize::OutputArchive& operator<<(serialize::OutputArchive& archive, const Optimizer& o) {
  o.save(archive);
  return archive;
}
serialize::InputArchive& operator>>(serialize::InputArchive& archive, Optimizer& o) {
  o.load(archive);
  return archive;
}

}  // namespace torch::optim

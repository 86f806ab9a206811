// Cloneable<Derived>: a module whose reset() makes parameters, buffers and submodules anew, which
// is what clone() builds on. Every layer derives from it.
#pragma once
#include "tealight/nn/holder.h"
#include "tealight/nn/module.h"

namespace torch::nn {

template <class Derived>
class Cloneable : public Module {
 public:
  using Module::Module;

  /// Registers all parts again, with new values.
  virtual void reset() = 0;

  std::shared_ptr<Module> clone(const std::optional<Device>& device = std::nullopt) const override {
    NoGradGuard off;
    auto copy = std::make_shared<Derived>(static_cast<const Derived&>(*this));
    copy->forget_parts();
    copy->reset();
    copy->copy_parts(*this, device);
    return copy;
  }

 private:
  void clone_(Module& other, const std::optional<Device>& device) final {
    const auto copy = std::dynamic_pointer_cast<Derived>(other.clone(device));
    TL_CHECK(
        copy,
        "Attempted to clone submodule, but it is of a different type than the submodule it was "
        "to be cloned into");
    static_cast<Derived&>(*this) = *copy;
  }
};

}  // namespace torch::nn

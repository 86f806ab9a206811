// Training or eval mode for a while.
#pragma once
#include "tealight/nn/module.h"

namespace tealight {

/// Every submodule as train(on) leaves it, and at the end as it was before.
class InMode {
 public:
  InMode(nn::Module& module, bool training) : module_(module), was_training_(module.is_training()) {
    for (const auto& m : module.modules(/*include_self=*/false))
      inside_.emplace_back(m, m->is_training());
    module.train(training);
  }
  ~InMode() {
    module_.train(was_training_);
    for (const auto& [m, training] : inside_)  // outer ones first
      if (m->is_training() != training) m->train(training);
  }
  InMode(const InMode&) = delete;
  InMode& operator=(const InMode&) = delete;

 private:
  nn::Module& module_;
  bool was_training_;
  std::vector<std::pair<std::shared_ptr<nn::Module>, bool>> inside_;
};

}  // namespace tealight

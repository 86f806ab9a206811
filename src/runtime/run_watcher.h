// Who wants to know what the interpreter does to things other than tensors: the planner.
#pragma once
#include "tealight/value.h"

namespace tealight {

class RunWatcher {
 public:
  /// The attribute as the program is to see it.
  virtual Value attribute(const intrusive_ptr<ObjectImpl>&, size_t slot) = 0;
  virtual void about_to_write(const ObjectImpl&) = 0;
  virtual void created(const intrusive_ptr<ObjectImpl>&) = 0;
  /// A warning, an exception, a call of a method written in C++.
  virtual void effect(const char* what) = 0;

 protected:
  ~RunWatcher() = default;
};

}  // namespace tealight

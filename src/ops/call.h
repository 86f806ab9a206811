// The way every call takes, and who may stand in it.
#pragma once
#include "ops/op.h"

namespace tealight {

/// Autograd, tracer, quantization observer, profiler: a thread-local stack that sees every call of
/// an operator.
struct Handler {
  virtual void call(const Overload&, std::vector<Value>& stack) = 0;
  virtual ~Handler() = default;
  Handler* outer = nullptr;
};
Handler*& top_handler();
/// Puts a handler on top of this thread's stack while it lives.
class Using {
 public:
  explicit Using(Handler& h) {
    h.outer = top_handler();
    top_handler() = &h;
  }
  ~Using() { top_handler() = top_handler()->outer; }
  Using(const Using&) = delete;
  Using& operator=(const Using&) = delete;
};
/// For a handler: the call as if `h` and those above it were not there.
void call_below(Handler& h, const Overload&, std::vector<Value>& stack);
/// The same, but operators that this one is made of come to `h` again.
void call_inside(Handler& h, const Overload&, std::vector<Value>& stack);
/// The call without any handler.
void call_kernels(const Overload&, std::vector<Value>& stack);

/// The tensors among a call's arguments, list elements included; an absent optional one is null.
std::vector<const Tensor*> tensors_of(const FunctionSchema&, Args);

}  // namespace tealight

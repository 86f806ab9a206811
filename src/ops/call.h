// The way every call takes, and who may stand in it.
#pragma once
#include "core/base.h"
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

/// For who only wants to know: the facts of the results of an operator with kernels. Errors get its
/// name. `numbers_to_tensors` is what pointwise kernels see: numbers as 0-d tensors.
std::vector<Fact> infer_call(const Overload&, Args);
void numbers_to_tensors(std::vector<Value>& args);
/// Puts f(tensor) in the place of every tensor among the arguments, list elements included.
void map_tensors(std::vector<Value>& args, FunctionRef<Tensor(const Tensor&)> f);
/// What Trait::half_via_float is about.
constexpr bool is_half(ScalarType t) { return t == kHalf || t == kBFloat16; }
/// The error for what a kernel says of values.
[[noreturn]] void fail_status(const std::string& op_name, const Status&);
/// The first row of the operator's kernels that takes the call. `inputs` must lie as the layout
/// says. Without one: an empty kernel for channels_last, else Error with every row's reason.
struct ChosenKernel {
  Kernel kernel;
  const char* row = "";
};
ChosenKernel choose_kernel(const Call&, const std::string& name, KernelLayout);

/// The tensors among a call's arguments, list elements included; an absent optional one is null.
std::vector<const Tensor*> tensors_of(const FunctionSchema&, Args);

}  // namespace tealight

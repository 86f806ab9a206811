// One operator = one constant Op: everything the library knows of it, read by eager calls,
// autograd, graph passes, the planner, quantization, the tests and the docs alike. Start reading at
// `struct Op`; CONTRIBUTING.md shows how to add one.
//
// An Op is one of two kinds:
//   kernels    .infer gives the facts of the outputs, .kernels the ways to compute them, best first
//   function   .function is plain C++ on values: made of other operators (Trait::composite), a view
//   of its input
//              (Trait::view), one whose output's shape depends on values (Trait::dynamic), or one
//              that writes its argument in place (copy_, fill_, random draws)
// In-place and out= overloads of a family need no code: ops/call.cpp runs the same infer and
// kernels, or function.
#pragma once
#include <array>
#include <functional>
#include <span>

#include "ops/bind.h"
#include "tealight/dispatch.h"

#if TL_WITH_TRAIN
#define TL_TRAIN(...) __VA_ARGS__
#else
#define TL_TRAIN(...) \
  {                   \
  }
#endif
#if TL_WITH_SAMPLES
#define TL_TEST(...) __VA_ARGS__
#else
#define TL_TEST(...) \
  {                  \
  }
#endif

namespace tealight {

struct Op;
struct Call;

// ---- schemas

/// A schema's text. A malformed one does not compile.
struct SchemaText {
  const char* text = nullptr;
  constexpr SchemaText() = default;
  consteval SchemaText(const char* s) : text(s) {
    const std::string_view v = s;
    const size_t open = v.find('('), arrow = v.rfind(" -> ");
    if (v.find("::") == v.npos || open == v.npos || arrow == v.npos || v[arrow - 1] != ')')
      throw "schema: want ns::name(Type arg, ...) -> Type";
    int depth = 0;
    for (char c : v) {
      if (c == '(' || c == '[') ++depth;
      if ((c == ')' || c == ']') && --depth < 0) throw "schema: a bracket closes that was not open";
    }
    if (depth) throw "schema: a bracket is not closed";
  }
};

/// The schemas of a family, the functional form first.
struct SchemaList {
  static constexpr size_t kMax = 12;
  std::array<const char*, kMax> text{};
  template <class... S>
  consteval SchemaList(S... s) : text{SchemaText(s).text...} {}
  size_t size() const {
    size_t n = 0;
    while (n < kMax && text[n]) ++n;
    return n;
  }
};

// ---- kernels

/// What a kernel says when values, not shapes, are at fault; `format` takes up to three long long.
struct Status {
  const char* format = nullptr;
  long long a = 0, b = 0, c = 0;
  bool ok() const { return !format; }
};

/// First elements of the outputs and inputs (an absent optional input is null), and the scratch
/// memory asked for.
struct Pointers {
  void* const* outs;
  const void* const* ins;
  std::byte* scratch_memory;
  template <class T>
  T* out(size_t i = 0) const {
    return static_cast<T*>(outs[i]);
  }
  template <class T>
  const T* in(size_t i) const {
    return static_cast<const T*>(ins[i]);
  }
  template <class T>
  T* scratch(size_t byte_offset = 0) const {
    return reinterpret_cast<T*>(scratch_memory + byte_offset);
  }
};

/// Code with every decision taken: a closure over sizes and strides. It reads and writes through
/// pointers, allocates nothing and throws nothing. (No virtual functions: the names of hundreds of
/// closure types would lie in the library.)
class Kernel {
 public:
  Kernel() = default;
  /// `body` is called as Status(const Pointers&) or void(const Pointers&); scratch memory is
  /// 64-byte aligned.
  template <class F>
    requires(std::is_invocable_v<const F&, const Pointers&>)
  Kernel(F body, size_t scratch_bytes = 0)
      : body_(new F(std::move(body)), free<F>), run_(run<F>), scratch_bytes_(scratch_bytes) {}
  explicit operator bool() const { return bool(body_); }
  Status operator()(const Pointers& p) const noexcept { return run_(body_.get(), p); }
  size_t scratch_bytes() const { return scratch_bytes_; }

 private:
  template <class F>
  static Status run(const void* body, const Pointers& p) noexcept {
    const F& f = *static_cast<const F*>(body);
    if constexpr (std::is_void_v<std::invoke_result_t<const F&, const Pointers&>>)
      return f(p), Status{};
    else
      return f(p);
  }
  template <class F>
  static void free(void* body) noexcept {
    delete static_cast<F*>(body);
  }
  std::unique_ptr<void, void (*)(void*) noexcept> body_{nullptr, nullptr};
  Status (*run_)(const void* body, const Pointers&) noexcept = nullptr;
  size_t scratch_bytes_ = 0;
};

/// What `prepare` answers: a kernel, or why not (TEALIGHT_LOG=dispatch prints it).
struct Offer {
  Kernel kernel;
  const char* refused = nullptr;
  template <class F>
    requires(std::is_constructible_v<Kernel, F>)
  Offer(F body) : kernel(std::move(body)) {}
  Offer(Kernel k) : kernel(std::move(k)) {}
  Offer(const char* reason) : refused(reason) {}
};

/// One call in terms of facts: what `prepare` decides upon. Tensors are numbered through all
/// arguments, list elements included; an absent optional tensor keeps its number and is null.
struct Call {
  const Op& op;
  Args args;  // tensors among them may be facts only
  std::span<const Tensor* const> inputs;
  std::span<const Fact> outs;

  bool has_in(size_t i) const { return inputs[i] != nullptr; }
  const Fact& in(size_t i) const { return inputs[i]->fact(); }
  const Fact& out(size_t i = 0) const { return outs[i]; }
  template <class T>
  T arg(size_t i) const {
    return unpack<T>(args[i]);
  }
};

/// The memory layout that a row of kernels takes and gives.
enum class KernelLayout : uint8_t {
  contiguous,     // every input is contiguous, the output too (with Trait::strided: any strides)
  channels_last,  // asked first when input 0 is dense channels last, and output 0, too, or of fewer
                  // dimensions; everything else comes as it is: `prepare` looks at strides itself
};

struct Impl {
  const char* name;
  Offer (*prepare)(const Call&);
  KernelLayout layout = KernelLayout::contiguous;
};

// ---- gradients

/// What a gradient formula sees of one call.
struct GradCall {
  std::span<const Tensor> grads;  // of the outputs; undefined where the loss does not depend on one
  Args args;                      // as given
  std::span<const Tensor>
      inputs;  // the tensors among them, numbered as in Call; undefined where absent
  std::span<const Tensor> outputs;
  std::span<const bool> wanted;  // which inputs need a gradient
  const Tensor& grad(size_t i = 0) const { return grads[i]; }
  const Tensor& in(size_t i) const { return inputs[i]; }
  const Tensor& out(size_t i = 0) const { return outputs[i]; }
  bool wants(size_t i) const { return i < wanted.size() && wanted[i]; }
  template <class T>
  T arg(size_t i) const {
    return unpack<T>(args[i]);
  }
};
/// One gradient for each tensor input, undefined where none is wanted or there is none. Written
/// with operators, so that it can be differentiated and traced. ops/gradients.h calls it and brings
/// each gradient to its input's shape and dtype.
using Grads = std::vector<Tensor>;
using Backward = Grads (*)(const GradCall&);

/// What a formula reads the elements of, one bit each: of arguments (by their number in the schema)
/// and of outputs. Of all else it sees facts only, and autograd keeps no memory alive for it.
/// ops_test --gtest_filter='Reads.*' says what an operator's samples need.
struct Reads {
  uint16_t args = 0xffff, outs = 0xffff;
};
/// .reads = {args(0, 1), outs(0)}
template <class... I>
constexpr uint16_t args(I... i) {
  return uint16_t((0u | ... | (1u << i)));
}
template <class... I>
constexpr uint16_t outs(I... i) {
  return uint16_t((0u | ... | (1u << i)));
}

// ---- the operator

enum class Trait : unsigned {
  none = 0,
  pointwise = 1,        // each output element depends on the inputs' elements at its place
  epilogue = 2,         // cheap enough to fuse behind a convolution or matrix product
  composite = 4,        // .function made of other operators: differentiates and traces through them
  view = 8,             // .function returns its input's memory seen otherwise
  dynamic = 16,         // the outputs' shapes depend on values
  strided = 32,         // the kernels take any strides; others get contiguous inputs and outputs
  half_via_float = 64,  // no 16-bit kernels: inputs are widened to float32, results rounded
  random = 128,         // draws from the generator
  nograd = 256,         // not differentiable by nature (comparisons, argmax, shapes)
  copied_out = 512,     // the out= overloads not in .schemas are made by rule, see ops/copied_out.h
};
constexpr Trait operator|(Trait a, Trait b) { return Trait(unsigned(a) | unsigned(b)); }
constexpr bool has(Trait set, Trait t) { return (unsigned(set) & unsigned(t)) != 0; }

/// A call that tests and benchmarks make: arguments of the overload (by its number in .schemas).
struct Sample {
  std::vector<Value> args;
  size_t overload = 0;
};

using Infer = std::vector<Fact> (*)(Args);
using ValueFn = void (*)(Args, std::vector<Value>& results);

struct Op {
  SchemaList schemas;
  Infer infer = nullptr;            // infer<f>: the outputs' facts; throws the user-facing errors
  std::span<const Impl> kernels{};  // best first
  ValueFn function = nullptr;       // function<f>, instead of infer and kernels
  Backward backward = nullptr;
  Reads reads{};  // by .backward
  Trait traits = Trait::none;
  std::vector<Sample> (*samples)() = nullptr;

  constexpr bool consistent() const {
    return function ? !infer && kernels.empty() : infer && !kernels.empty();
  }
};

/// Registers by its text: the build finds `TL_OP(name)` at the start of a line and writes the
/// table.
#define TL_OP(name)     \
  extern const Op name; \
  constexpr Op name

/// Functions on numbers, strings, lists and dicts, dozens a file: ops/fns.h.
struct Fn;

// ---- what the table holds

/// copied_out: an out= overload that takes the result by copy_(), whatever its dtype.
enum class Form : uint8_t { functional, in_place, out, copied_out };

struct Overload {
  const Op* op = nullptr;      // null: a Fn
  ValueFn function = nullptr;  // Fn's or a user's
  FunctionSchema schema;
  Form form = Form::functional;
  uint8_t number = 0;      // among op->schemas
  uint8_t n_out = 0;       // out= arguments (last ones)
  int8_t options_at = -1;  // copied_out of a factory: where the functional form takes its dtype
  std::function<void(std::vector<Value>&)>
      user;  // a user's, registered at run time: arguments in, results out
};

}  // namespace tealight

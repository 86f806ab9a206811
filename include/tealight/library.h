// The user's own operators and classes, under PyTorch's macros:
//   TORCH_LIBRARY(my_ops, m) {
//     m.def("warp(Tensor image, Tensor matrix) -> Tensor", &warp);     // or m.def("warp", &warp):
//     schema from its types m.class_<Counter>("Counter").def(torch::init<>()).def("next",
//     &Counter::next);
//   }
// They enter a table of the process that models and find_overload() search too. Register before
// models run.
#pragma once
#include "tealight/custom_class.h"
#include "tealight/dispatch.h"

namespace tealight {

/// PyTorch's names for who implements an operator. Those of other devices are taken and never
/// called.
enum class DispatchKey : uint8_t {
  Undefined,
  CPU,
  CUDA,
  HIP,
  XLA,
  MPS,
  Vulkan,
  Metal,
  Meta,
  QuantizedCPU,
  QuantizedCUDA,
  SparseCPU,
  SparseCUDA,
  MkldnnCPU,
  BackendSelect,
  ADInplaceOrView,
  Autograd,
  AutogradCPU,
  AutogradCUDA,
  Autocast,
  Tracer,
  CompositeImplicitAutograd,
  CompositeExplicitAutograd,
  CatchAll = CompositeImplicitAutograd,
};
constexpr DispatchKey kAutograd = DispatchKey::Autograd;

/// Declares an operator of the user's. Throws when the name is taken.
TL_API void define_operator(FunctionSchema schema);
/// Gives an operator its code, before or after define_operator; one that Tealight has is replaced.
/// Of several keys' code CPU's is run before that of every key and that of autograd.
TL_API void implement_operator(const std::string& qualified_name, DispatchKey key,
                               detail::BoxedFunction);

/// An operator by name, as PyTorch's dispatcher gives it.
template <class F>
class TypedOperatorHandle;
class OperatorHandle {
 public:
  explicit OperatorHandle(const Overload& o) : overload_(&o) {}
  TorchSchema schema() const { return schema_of(*overload_); }
  OperatorName operator_name() const {
    const FunctionSchema& s = schema_of(*overload_);
    return {s.name, s.overload};
  }
  bool hasSchema() const { return true; }
  void callBoxed(std::vector<Value>* stack) const { callBoxed(*stack); }
  void callBoxed(std::vector<Value>& stack) const {
    check_and_complete(schema_of(*overload_), stack);
    tealight::call(*overload_, stack);
  }
  template <class F>
  TypedOperatorHandle<F> typed() const {
    return TypedOperatorHandle<F>(*overload_);
  }

 protected:
  const Overload* overload_;
};
template <class R, class... A>
class TypedOperatorHandle<R(A...)> : public OperatorHandle {
 public:
  using OperatorHandle::OperatorHandle;
  R call(A... a) const { return detail::call_as<R>(*overload_, a...); }
};

class TL_API Dispatcher {
 public:
  static Dispatcher& singleton();
  static Dispatcher& realSingleton() { return singleton(); }
  std::optional<OperatorHandle> findSchema(const OperatorName& n) const { return findOp(n); }
  std::optional<OperatorHandle> findOp(const OperatorName&) const;
  OperatorHandle findSchemaOrThrow(const char* name, const char* overload) const;
  std::vector<OperatorName> getAllOpNames() const;
  void callBoxed(const OperatorHandle& op, std::vector<Value>* stack) const { op.callBoxed(stack); }
};

/// A function for m.def and m.impl; made implicitly.
class CppFunction {
 public:
  template <class F>
    requires(!std::is_same_v<F, CppFunction>)
  CppFunction(F f)
      : schema_(detail::infer_schema<F>("")),
        boxed_(detail::box(std::move(f), schema_)),
        inferred_(true) {}
  static CppFunction makeFromBoxed(detail::BoxedFunction f) { return CppFunction(std::move(f), 0); }
  template <void (*f)(const OperatorHandle&, std::vector<Value>*)>
  static CppFunction makeFromBoxedFunction() {
    CppFunction made = makeFromBoxed({});
    made.with_handle_ = f;
    return made;
  }
  CppFunction&& with_key(DispatchKey k) && {
    key_ = k;
    return std::move(*this);
  }
  DispatchKey key(DispatchKey otherwise) const { return key_.value_or(otherwise); }
  bool inferred() const { return inferred_; }
  const FunctionSchema& schema() const { return schema_; }
  /// For the operator of that name.
  detail::BoxedFunction boxed(const std::string& name) const {
    if (!with_handle_) return boxed_;
    return [f = with_handle_, name](std::vector<Value>& stack) {
      f(OperatorHandle(find_overload(name)), &stack);
    };
  }

 private:
  CppFunction(detail::BoxedFunction f, int) : boxed_(std::move(f)) {}
  FunctionSchema schema_;
  detail::BoxedFunction boxed_;
  std::optional<DispatchKey> key_;
  void (*with_handle_)(const OperatorHandle&, std::vector<Value>*) = nullptr;
  bool inferred_ = false;
};
/// Whose kernels a device's are.
constexpr DispatchKey dispatch_key_of(DeviceType d) {
  return d == DeviceType::CPU      ? DispatchKey::CPU
         : d == DeviceType::CUDA   ? DispatchKey::CUDA
         : d == DeviceType::Vulkan ? DispatchKey::Vulkan
         : d == DeviceType::Metal  ? DispatchKey::Metal
         : d == DeviceType::MPS    ? DispatchKey::MPS
                                   : DispatchKey::XLA;  // of another device: never called
}
template <class F>
CppFunction dispatch(DispatchKey k, F&& f) {
  return CppFunction(std::forward<F>(f)).with_key(k);
}
template <class F>
CppFunction dispatch(DeviceType d, F&& f) {
  return dispatch(dispatch_key_of(d), std::forward<F>(f));
}

enum class AliasAnalysisKind : uint8_t {
  INTERNAL_SPECIAL_CASE,
  CONSERVATIVE,
  FROM_SCHEMA,
  PURE_FUNCTION
};
inline std::string schema(const char* text, AliasAnalysisKind = AliasAnalysisKind::FROM_SCHEMA) {
  return text;
}

class TL_API Library {
 public:
  enum Kind { DEF, IMPL, FRAGMENT };
  Library(Kind kind, std::string ns, std::optional<DispatchKey> key, const char* file,
          uint32_t line);

  /// "name(Tensor a) -> Tensor": only declared, for impl().
  Library& def(const std::string& schema);
  /// A schema, or a name whose schema comes from the function's types.
  Library& def(const std::string& name_or_schema, CppFunction f);
  Library& impl(const std::string& name, CppFunction f);
  template <class F>
  Library& impl(const std::string& name, DispatchKey key, F&& f) {
    return impl(name, dispatch(key, std::forward<F>(f)));
  }
  template <class F>
  Library& impl(const std::string& name, DeviceType device, F&& f) {
    return impl(name, dispatch(device, std::forward<F>(f)));
  }
  template <class T>
  tealight::class_<T> class_(const std::string& name) {
    return tealight::class_<T>(ns_, name);
  }
  Library& set_python_module(const char*, const char* = "") { return *this; }

 private:
  std::string qualified(const std::string& name) const;
  std::string ns_;
  DispatchKey key_;
};

/// The older way: static auto r = torch::RegisterOperators("my_ops::f(Tensor a) -> Tensor",
/// &f).op(...);
class TL_API RegisterOperators {
 public:
  class Options {
   public:
    Options& schema(std::string s) {
      schema_ = std::move(s);
      return *this;
    }
    template <class F, F* f>
    Options& kernel(DispatchKey) {
      function_ = CppFunction(f);
      return *this;
    }
    template <class F>
    Options& kernel(DispatchKey, F f) {
      function_ = CppFunction(std::move(f));
      return *this;
    }
    template <class F, F* f>
    Options& catchAllKernel() {
      function_ = CppFunction(f);
      return *this;
    }
    template <class F>
    Options& catchAllKernel(F f) {
      function_ = CppFunction(std::move(f));
      return *this;
    }
    template <class K>
    Options& aliasAnalysis(K) {
      return *this;
    }

   private:
    friend RegisterOperators;
    std::string schema_;
    std::optional<CppFunction> function_;
  };
  static Options options() { return {}; }

  RegisterOperators() = default;
  template <class F>
  RegisterOperators(const std::string& name_or_schema, F&& f, Options = {}) {
    op(name_or_schema, std::forward<F>(f));
  }
  explicit RegisterOperators(Options o) { op(std::move(o)); }
  template <class F>
  RegisterOperators& op(const std::string& name_or_schema, F&& f) & {
    add(name_or_schema, CppFunction(std::forward<F>(f)));
    return *this;
  }
  template <class F>
  RegisterOperators&& op(const std::string& name_or_schema, F&& f) && {
    add(name_or_schema, CppFunction(std::forward<F>(f)));
    return std::move(*this);
  }
  RegisterOperators&& op(Options o) && {
    this->op(std::move(o));
    return std::move(*this);
  }
  RegisterOperators& op(Options o) &;
  RegisterOperators&& op(const std::string& schema, Options o) && {
    return std::move(*this).op(std::move(o.schema(schema)));
  }

 private:
  static void add(const std::string& name_or_schema, const CppFunction&);
};

namespace detail {
struct LibraryInit {
  Library library;
  LibraryInit(Library::Kind kind, void (*fill)(Library&), const char* ns,
              std::optional<DispatchKey> key, const char* file, uint32_t line)
      : library(kind, ns, key, file, line) {
    fill(library);
  }
};
}  // namespace detail
}  // namespace tealight

#define TL_JOIN_(a, b) a##b
#define TL_JOIN(a, b) TL_JOIN_(a, b)
#define TL_LIBRARY(kind, ns, key, id, m)                                                          \
  static void TL_JOIN(TL_JOIN(tl_library_fill_, ns), id)(::tealight::Library&);                   \
  static const ::tealight::detail::LibraryInit TL_JOIN(TL_JOIN(tl_library_init_, ns), id)(        \
      ::tealight::Library::kind, &TL_JOIN(TL_JOIN(tl_library_fill_, ns), id), #ns, key, __FILE__, \
      __LINE__);                                                                                  \
  void TL_JOIN(TL_JOIN(tl_library_fill_, ns), id)(::tealight::Library & m)
#define TORCH_LIBRARY(ns, m) TL_LIBRARY(DEF, ns, std::nullopt, , m)
#define TORCH_LIBRARY_FRAGMENT(ns, m) TL_LIBRARY(FRAGMENT, ns, std::nullopt, __COUNTER__, m)
#define TORCH_LIBRARY_IMPL(ns, k, m) \
  TL_LIBRARY(IMPL, ns, ::tealight::DispatchKey::k, __COUNTER__, m)
#define TORCH_FN(f) f
#define TORCH_SELECTIVE_NAME(name) name
#define TORCH_SELECTIVE_SCHEMA(schema) schema
#define TORCH_SELECTIVE_CLASS(name) name

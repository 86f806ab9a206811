// AnyModule: any module with a forward(), whose arguments and result have types known only when it
// runs; what Sequential is made of.
#pragma once
#include "tealight/nn/holder.h"
#include "tealight/nn/module.h"

namespace torch::nn {

/// What AnyModule knows of a class of modules: how to call forward().
struct AnyModuleType {
  const std::type_info* type;
  size_t num_arguments;
  AnyValue (*forward)(Module&, std::vector<AnyValue>& arguments);
};

[[noreturn]] TL_API void fail_argument(size_t index, const std::type_info& wanted, const AnyValue&);

template <class M, class... A>
struct AnyModuleHolder {
  template <class T>
  static std::decay_t<T>&& argument(std::vector<AnyValue>& arguments, size_t index) {
    if (auto* value = arguments[index].template try_get<std::decay_t<T>>())
      return std::move(*value);
    fail_argument(index, typeid(T), arguments[index]);
  }
  static AnyValue forward(Module& module, std::vector<AnyValue>& arguments) {
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return AnyValue(dynamic_cast<M&>(module).forward(argument<A>(arguments, I)...));
    }(std::index_sequence_for<A...>{});
  }
  static constexpr AnyModuleType type{&typeid(M), sizeof...(A), forward};
};

class TL_API AnyModule {
 public:
  AnyModule() = default;
  template <class M>
  explicit AnyModule(std::shared_ptr<M> module) : module_(std::move(module)) {
    static_assert(tealight::detail::is_module<M>::value,
                  "Can only store object derived from nn::Module into AnyModule");
    static_assert(tealight::detail::has_forward<M>::value,
                  "Can only store module with a forward() method that has a non-templatized "
                  "argument type and return type into AnyModule (so no nn::Sequential: subclass it "
                  "with a forward that is no template)");
    type_ = type_of(static_cast<M*>(nullptr), &M::forward);
  }
  template <class M, class = tealight::detail::enable_if_module_t<M>>
  explicit AnyModule(M&& module)
      : AnyModule(std::make_shared<std::decay_t<M>>(std::forward<M>(module))) {}
  template <class M>
  explicit AnyModule(const ModuleHolder<M>& holder) : AnyModule(holder.ptr()) {}
  template <class M>
  AnyModule& operator=(std::shared_ptr<M> module) {
    return *this = AnyModule(std::move(module));
  }
  /// Copies share the module; this one does not.
  AnyModule clone(std::optional<Device> device = std::nullopt) const;

  template <class... A>
  AnyValue any_forward(A&&... a) {
    std::vector<AnyValue> arguments;
    arguments.reserve(sizeof...(A));
    (arguments.push_back(AnyValue(std::forward<A>(a))), ...);
    return call(std::move(arguments));
  }
  AnyValue any_forward(AnyValue argument) {
    std::vector<AnyValue> arguments;
    arguments.push_back(std::move(argument));
    return call(std::move(arguments));
  }
  template <class R = Tensor, class... A>
  R forward(A&&... a) {
    return any_forward(std::forward<A>(a)...).template get<R>();
  }

  /// The module; throws unless it is exactly a T.
  template <class T, class = tealight::detail::enable_if_module_t<T>>
  T& get() {
    TL_CHECK(module_, "Cannot call get() on an empty AnyModule");
    return *ptr<T>();
  }
  template <class T, class = tealight::detail::enable_if_module_t<T>>
  const T& get() const {
    return const_cast<AnyModule*>(this)->get<T>();
  }
  template <class T, class Contained = typename T::ContainedType>
  T get() const {
    return T(ptr<Contained>());
  }
  std::shared_ptr<Module> ptr() const {
    TL_CHECK(module_, "Cannot call ptr() on an empty AnyModule");
    return module_;
  }
  template <class T, class = tealight::detail::enable_if_module_t<T>>
  std::shared_ptr<T> ptr() const {
    static_assert(tealight::detail::has_forward<T>::value,
                  "Can only call AnyModule::get<T> with a type T that has a forward method");
    const std::shared_ptr<Module> module = ptr();
    check_type(typeid(T));
    return std::dynamic_pointer_cast<T>(module);
  }
  const std::type_info& type_info() const {
    TL_CHECK(module_, "Cannot call type_info() on an empty AnyModule");
    return *type_->type;
  }
  bool is_empty() const noexcept { return !module_; }

 private:
  template <class M, class Class, class R, class... A>
  static const AnyModuleType* type_of(M*, R (Class::*)(A...)) {
    static_assert(
        tealight::detail::check_not_lvalue_references<A...>(),
        "Modules stored inside AnyModule must not take references. Use pointers instead.");
    static_assert(
        !std::is_void_v<R>,
        "AnyModule cannot store modules that return void (you can return a dummy value).");
    return &AnyModuleHolder<M, A...>::type;
  }
  template <class M, class Class, class R, class... A>
  static const AnyModuleType* type_of(M* m, R (Class::*)(A...) const) {
    return type_of(m, static_cast<R (Class::*)(A...)>(nullptr));
  }
  AnyValue call(std::vector<AnyValue>&& arguments);
  void check_type(const std::type_info&) const;

  std::shared_ptr<Module> module_;
  const AnyModuleType* type_ = nullptr;
};

/// An AnyModule with the name that a container shall register it by.
class NamedAnyModule {
 public:
  NamedAnyModule(std::string name, AnyModule module)
      : name_(std::move(name)), module_(std::move(module)) {}
  template <class M>
  NamedAnyModule(std::string name, std::shared_ptr<M> module)
      : NamedAnyModule(std::move(name), AnyModule(std::move(module))) {}
  template <class M, class = tealight::detail::enable_if_module_t<M>>
  NamedAnyModule(std::string name, M&& module)
      : NamedAnyModule(std::move(name), AnyModule(std::forward<M>(module))) {}
  template <class M>
  NamedAnyModule(std::string name, const ModuleHolder<M>& holder)
      : NamedAnyModule(std::move(name), AnyModule(holder)) {}

  const std::string& name() const noexcept { return name_; }
  AnyModule& module() noexcept { return module_; }
  const AnyModule& module() const noexcept { return module_; }

 private:
  std::string name_;
  AnyModule module_;
};

/// For FORWARD_HAS_DEFAULT_ARGS: `given`, and for those that are missing at the end the defaults.
TL_API std::vector<AnyValue> with_default_arguments(
    std::vector<AnyValue>&& given, std::vector<std::pair<unsigned int, AnyValue>> defaults);

}  // namespace torch::nn

/// In a class of modules whose forward() has default arguments, so that AnyModule and Sequential
/// may leave them out: FORWARD_HAS_DEFAULT_ARGS({1, torch::nn::AnyValue(2)}, {2, ...}).
#define FORWARD_HAS_DEFAULT_ARGS(...)                                                            \
  bool _forward_has_default_args() override { return true; }                                     \
  unsigned int _forward_num_required_args() override {                                           \
    return std::vector<std::pair<unsigned int, torch::nn::AnyValue>>{__VA_ARGS__}.front().first; \
  }                                                                                              \
  std::vector<torch::nn::AnyValue> _forward_populate_default_args(                               \
      std::vector<torch::nn::AnyValue>&& arguments) override {                                   \
    return torch::nn::with_default_arguments(std::move(arguments), {__VA_ARGS__});               \
  }

// ModuleHolder: a shared handle to a module, used as the module itself. TORCH_MODULE(Linear) makes
// the class Linear of LinearImpl.
#pragma once
#include <cstddef>
#include <ostream>

#include "tealight/nn/base.h"
#include "tealight/trace_scope.h"

namespace torch::nn {

template <class Contained>
class ModuleHolder : tealight::detail::ModuleHolderIndicator {
 protected:
  std::shared_ptr<Contained> impl_;

 public:
  using ContainedType = Contained;

  ModuleHolder() : impl_(make_default()) {}
  ModuleHolder(std::nullptr_t) {}
  ModuleHolder(std::shared_ptr<Contained> module) : impl_(std::move(module)) {}
  /// Arguments for the module's constructor.
  template <class Head, class... Tail>
    requires(!(tealight::detail::HolderOf<Head, Contained> && sizeof...(Tail) == 0))
  explicit ModuleHolder(Head&& head, Tail&&... tail)
      : impl_(new Contained(std::forward<Head>(head), std::forward<Tail>(tail)...)) {}

  bool is_empty() const noexcept { return !impl_; }
  explicit operator bool() const noexcept { return bool(impl_); }
  const std::shared_ptr<Contained>& ptr() const {
    TL_CHECK(impl_, "Accessing empty ModuleHolder");
    return impl_;
  }
  Contained* get() { return ptr().get(); }
  const Contained* get() const { return ptr().get(); }
  Contained* operator->() { return get(); }
  const Contained* operator->() const { return get(); }
  Contained& operator*() { return *get(); }
  const Contained& operator*() const { return *get(); }

  template <class... A>
  auto operator()(A&&... a) -> tealight::detail::return_type_of_forward_t<Contained, A...> {
    const tealight::ModuleScope scope(static_cast<const Module*>(get()));
    return impl_->forward(std::forward<A>(a)...);
  }
  template <class A>
  decltype(auto) operator[](A&& a) {
    return (*get())[std::forward<A>(a)];
  }

 private:
  static std::shared_ptr<Contained> make_default() {
    constexpr bool ok = std::is_default_constructible_v<Contained>;
    static_assert(ok,
                  "You are trying to default construct a module which has no default constructor. "
                  "Use = nullptr to give it the empty state (e.g. `Linear linear = nullptr;` "
                  "instead of `Linear linear;`).");
    if constexpr (ok) return std::make_shared<Contained>();
  }
};

template <class M>
std::ostream& operator<<(std::ostream& out, const ModuleHolder<M>& module) {
  return out << *module;
}

}  // namespace torch::nn

/// class Name, a handle to an ImplType.
#define TORCH_MODULE_IMPL(Name, ImplType)                    \
  class Name : public ::torch::nn::ModuleHolder<ImplType> {  \
   public:                                                   \
    using ::torch::nn::ModuleHolder<ImplType>::ModuleHolder; \
    using Impl [[maybe_unused]] = ImplType;                  \
  }
#define TORCH_MODULE(Name) TORCH_MODULE_IMPL(Name, Name##Impl)

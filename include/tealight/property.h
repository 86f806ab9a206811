// Property<T>: a data member that may be called as well, because PyTorch's programs do:
// schema.arguments and schema.arguments() are the same.
#pragma once
#include <type_traits>
#include <utility>

namespace tealight {

template <class T>
class Property : public T {
 public:
  using T::T;
  using T::operator=;
  Property() = default;
  Property(T v) : T(std::move(v)) {}
  const T& operator()() const { return *this; }
};
template <class T>
  requires(std::is_scalar_v<T>)
class Property<T> {
 public:
  constexpr Property(T v = T()) : v_(v) {}
  constexpr operator T() const { return v_; }
  constexpr T operator()() const { return v_; }

 private:
  T v_;
};

}  // namespace tealight

// TORCH_ARG(double, lr) = 1e-3; in an Options struct: a member lr_ with lr() to read it and
// lr(value) to set it, which gives the struct again, so that settings can be chained.
#pragma once
#include <utility>

#define TORCH_ARG(T, name)                                 \
 public:                                                   \
  auto name(const T& new_##name) -> decltype(*this) {      \
    this->name##_ = new_##name;                            \
    return *this;                                          \
  }                                                        \
  auto name(T&& new_##name) -> decltype(*this) {           \
    this->name##_ = std::move(new_##name);                 \
    return *this;                                          \
  }                                                        \
  const T& name() const noexcept { return this->name##_; } \
  T& name() noexcept { return this->name##_; }             \
                                                           \
 private:                                                  \
  T name##_

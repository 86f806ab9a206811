// AnyValue: a value of any type that can be copied; what AnyModule passes around.
#pragma once
#include <any>

#include "tealight/nn/base.h"

namespace torch::nn {

class AnyValue {
 public:
  template <class T>
    requires(!std::is_same_v<std::decay_t<T>, AnyValue>)
  explicit AnyValue(T&& value) : content_(std::forward<T>(value)) {}

  /// Null unless it is exactly a T.
  template <class T>
  T* try_get() {
    static_assert(!std::is_reference_v<T>,
                  "AnyValue stores decayed types, you cannot cast it to a reference type");
    static_assert(!std::is_array_v<T>,
                  "AnyValue stores decayed types, you must cast it to T* instead of T[]");
    return std::any_cast<T>(&content_);
  }
  template <class T>
  T get() {
    if (T* value = try_get<T>()) return *value;
    fail_cast(typeid(T));
  }
  const std::type_info& type_info() const noexcept { return content_.type(); }

 private:
  [[noreturn]] TL_API void fail_cast(const std::type_info& wanted) const;
  std::any content_;
};

}  // namespace torch::nn

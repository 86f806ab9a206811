// ExpandingArray<D>: D numbers, or one that stands for all of them: kernel_size 3 or {3, 5}.
#pragma once
#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <vector>

#include "tealight/array_ref.h"
#include "tealight/error.h"

namespace tealight {

template <size_t D, class T = int64_t>
class ExpandingArray {
 public:
  ExpandingArray(std::initializer_list<T> list) : ExpandingArray(ArrayRef<T>(list)) {}
  ExpandingArray(const std::vector<T>& vec) : ExpandingArray(ArrayRef<T>(vec)) {}
  ExpandingArray(ArrayRef<T> values) {
    TL_CHECK(values.size() == D, "Expected ", D, " values, but instead got ", values.size());
    std::copy(values.begin(), values.end(), values_.begin());
  }
  ExpandingArray(T for_all) { values_.fill(for_all); }
  ExpandingArray(const std::array<T, D>& values) : values_(values) {}

  std::array<T, D>& operator*() { return values_; }
  const std::array<T, D>& operator*() const { return values_; }
  std::array<T, D>* operator->() { return &values_; }
  const std::array<T, D>* operator->() const { return &values_; }
  operator ArrayRef<T>() const { return ArrayRef<T>(values_.data(), D); }
  size_t size() const noexcept { return D; }

 protected:
  std::array<T, D> values_;
};

/// "3" or "[3, 5]"
template <size_t D, class T>
std::ostream& operator<<(std::ostream& out, const ExpandingArray<D, T>& a) {
  if (D == 1) return out << a->at(0);
  return out << ArrayRef<T>(a);
}

/// Each of the numbers may be missing.
template <size_t D, class T = int64_t>
class ExpandingArrayWithOptionalElem : public ExpandingArray<D, std::optional<T>> {
 public:
  using Base = ExpandingArray<D, std::optional<T>>;
  using Base::Base;
  ExpandingArrayWithOptionalElem(std::initializer_list<T> list)
      : ExpandingArrayWithOptionalElem(ArrayRef<T>(list)) {}
  ExpandingArrayWithOptionalElem(const std::vector<T>& vec)
      : ExpandingArrayWithOptionalElem(ArrayRef<T>(vec)) {}
  ExpandingArrayWithOptionalElem(ArrayRef<T> values)
      : Base(std::vector<std::optional<T>>(values.begin(), values.end())) {}
  ExpandingArrayWithOptionalElem(T for_all) : Base(std::optional<T>(for_all)) {}
  ExpandingArrayWithOptionalElem(const std::array<T, D>& values)
      : ExpandingArrayWithOptionalElem(ArrayRef<T>(values.data(), D)) {}
};

/// "3" or "[3, None]"
template <size_t D, class T>
std::ostream& operator<<(std::ostream& out, const ExpandingArrayWithOptionalElem<D, T>& a) {
  std::vector<std::string> texts;
  for (const std::optional<T>& v : *a) texts.push_back(v ? str(*v) : "None");
  if (D == 1) return out << texts[0];
  return out << ArrayRef<std::string>(texts);
}

}  // namespace tealight

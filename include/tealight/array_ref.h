// A look at a run of elements that somebody else owns (c10::ArrayRef), and the short vector that
// holds sizes and strides.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <vector>

#include "tealight/error.h"

namespace tealight {

template <class T>
class ArrayRef {
 public:
  using value_type = T;
  using iterator = const T*;
  using const_iterator = const T*;
  constexpr ArrayRef() = default;
  constexpr ArrayRef(const T& one) : data_(&one), size_(1) {}
  constexpr ArrayRef(const T* data, size_t size) : data_(data), size_(size) {}
  constexpr ArrayRef(const T* begin, const T* end) : data_(begin), size_(size_t(end - begin)) {}
  template <class A>
  ArrayRef(const std::vector<T, A>& v) : data_(v.data()), size_(v.size()) {}
  template <size_t N>
  constexpr ArrayRef(const std::array<T, N>& v) : data_(v.data()), size_(N) {}
  template <size_t N>
  constexpr ArrayRef(const T (&v)[N]) : data_(v), size_(N) {}
  constexpr ArrayRef(std::span<const T> v) : data_(v.data()), size_(v.size()) {}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winit-list-lifetime"
#endif
  // Lives as long as the full expression: for parameters only, as std::initializer_list itself.
  constexpr ArrayRef(const std::initializer_list<T>& v) : data_(v.begin()), size_(v.size()) {}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  constexpr const T* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const T* begin() const { return data_; }
  constexpr const T* end() const { return data_ + size_; }
  constexpr auto rbegin() const { return std::reverse_iterator(end()); }
  constexpr auto rend() const { return std::reverse_iterator(begin()); }
  constexpr const T& operator[](size_t i) const { return data_[i]; }
  const T& at(size_t i) const {
    TL_CHECK(i < size_, "index ", i, " is outside of ", size_, " elements");
    return data_[i];
  }
  constexpr const T& front() const { return data_[0]; }
  constexpr const T& back() const { return data_[size_ - 1]; }
  ArrayRef slice(size_t from, size_t n) const { return ArrayRef(data_ + from, n); }
  ArrayRef slice(size_t from) const { return ArrayRef(data_ + from, size_ - from); }
  std::vector<T> vec() const { return {begin(), end()}; }
  bool equals(ArrayRef o) const { return std::equal(begin(), end(), o.begin(), o.end()); }
  friend bool operator==(ArrayRef a, ArrayRef b) { return a.equals(b); }

 private:
  const T* data_ = nullptr;
  size_t size_ = 0;
};

using IntArrayRef = ArrayRef<int64_t>;

/// "int[]?" as a parameter: takes 1, {1, 2}, a vector, nullopt. (An std::optional of an ArrayRef
/// would keep a look at a temporary that is gone, or take none of these.)
template <class T>
class OptionalArrayRef {
 public:
  using value_type = ArrayRef<T>;
  constexpr OptionalArrayRef() = default;
  constexpr OptionalArrayRef(std::nullopt_t) {}
  constexpr OptionalArrayRef(const T& one) : ref_(ArrayRef<T>(one)) {}
  constexpr OptionalArrayRef(ArrayRef<T> v) : ref_(v) {}
  constexpr OptionalArrayRef(std::optional<ArrayRef<T>> v) : ref_(v) {}
  constexpr OptionalArrayRef(const std::initializer_list<T>& v) : ref_(ArrayRef<T>(v)) {}
  template <class V>
    requires(std::is_convertible_v<const V&, ArrayRef<T>> && !std::is_convertible_v<const V&, T>)
  constexpr OptionalArrayRef(const V& v) : ref_(ArrayRef<T>(v)) {}
  constexpr bool has_value() const { return ref_.has_value(); }
  constexpr explicit operator bool() const { return has_value(); }
  constexpr const ArrayRef<T>& value() const { return ref_.value(); }
  constexpr const ArrayRef<T>& operator*() const { return *ref_; }
  constexpr const ArrayRef<T>* operator->() const { return &*ref_; }
  constexpr operator std::optional<ArrayRef<T>>() const { return ref_; }

 private:
  std::optional<ArrayRef<T>> ref_;
};
using OptionalIntArrayRef = OptionalArrayRef<int64_t>;

template <class T>
std::ostream& operator<<(std::ostream& out, ArrayRef<T> v) {
  out << '[';
  for (size_t i = 0; i < v.size(); ++i) out << (i ? ", " : "") << v[i];
  return out << ']';
}

/// Sizes or strides: up to six of them without an allocation.
class DimVector {
 public:
  using value_type = int64_t;
  DimVector() = default;
  explicit DimVector(size_t n, int64_t value = 0) { resize(n, value); }
  DimVector(IntArrayRef v) { assign(v.begin(), v.end()); }
  DimVector(std::initializer_list<int64_t> v) { assign(v.begin(), v.end()); }
  DimVector(const std::vector<int64_t>& v) { assign(v.data(), v.data() + v.size()); }
  template <class It>
    requires(!std::is_integral_v<It>)
  DimVector(It first, It last) {
    for (; first != last; ++first) push_back(*first);
  }
  DimVector(const DimVector& o) { assign(o.begin(), o.end()); }
  DimVector(DimVector&& o) noexcept { swap(o); }
  DimVector& operator=(DimVector o) noexcept {
    swap(o);
    return *this;
  }
  ~DimVector() = default;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  int64_t* data() { return heap_ ? heap_.get() : inline_; }
  const int64_t* data() const { return heap_ ? heap_.get() : inline_; }
  int64_t* begin() { return data(); }
  int64_t* end() { return data() + size_; }
  const int64_t* begin() const { return data(); }
  const int64_t* end() const { return data() + size_; }
  int64_t& operator[](size_t i) { return data()[i]; }
  const int64_t& operator[](size_t i) const { return data()[i]; }
  int64_t& back() { return data()[size_ - 1]; }
  const int64_t& back() const { return data()[size_ - 1]; }
  const int64_t& front() const { return data()[0]; }
  operator IntArrayRef() const { return {data(), size_}; }
  std::vector<int64_t> vec() const { return {begin(), end()}; }

  void resize(size_t n, int64_t value = 0) {
    reserve(n);
    for (size_t i = size_; i < n; ++i) data()[i] = value;
    size_ = n;
  }
  void push_back(int64_t v) {
    if (size_ == capacity_) reserve(size_ * 2);
    data()[size_++] = v;
  }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  void insert(size_t at, int64_t v) {
    push_back(v);
    std::rotate(begin() + at, end() - 1, end());
  }
  void erase(size_t at) {
    std::copy(begin() + at + 1, end(), begin() + at);
    --size_;
  }
  friend bool operator==(const DimVector& a, const DimVector& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  static constexpr size_t kInline = 6;
  void assign(const int64_t* first, const int64_t* last) {
    reserve(size_t(last - first));
    std::copy(first, last, data());
    size_ = size_t(last - first);
  }
  void reserve(size_t n) {
    if (n <= capacity_) return;
    std::unique_ptr<int64_t[]> bigger(new int64_t[n]);
    std::copy(begin(), end(), bigger.get());
    heap_ = std::move(bigger);
    capacity_ = n;
  }
  void swap(DimVector& o) noexcept {
    std::swap(inline_, o.inline_);
    std::swap(heap_, o.heap_);
    std::swap(size_, o.size_);
    std::swap(capacity_, o.capacity_);
  }
  int64_t inline_[kInline] = {};
  std::unique_ptr<int64_t[]> heap_;
  size_t size_ = 0, capacity_ = kInline;
};

inline std::ostream& operator<<(std::ostream& out, const DimVector& v) {
  return out << IntArrayRef(v);
}

}  // namespace tealight

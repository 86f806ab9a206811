// Python's indexing in C++: x.index({Slice(1, None), "...", None, 0, mask}) is x[1:, ..., None, 0,
// mask].
#pragma once
#include <limits>

#include "tealight/tensor.h"

namespace tealight::indexing {

enum class EllipsisIndexType { Ellipsis };
inline constexpr EllipsisIndexType Ellipsis = EllipsisIndexType::Ellipsis;
inline constexpr std::nullopt_t None = std::nullopt;

inline constexpr int64_t INDEX_MIN = std::numeric_limits<int64_t>::min();
inline constexpr int64_t INDEX_MAX = std::numeric_limits<int64_t>::max();

/// start:stop:step of Python; nullopt (None) leaves a side open.
class Slice {
 public:
  Slice(std::optional<int64_t> start = std::nullopt, std::optional<int64_t> stop = std::nullopt,
        std::optional<int64_t> step = std::nullopt)
      : step_(step.value_or(1)),
        start_(start.value_or(step_ < 0 ? INDEX_MAX : 0)),
        stop_(stop.value_or(step_ < 0 ? INDEX_MIN : INDEX_MAX)) {}
  int64_t start() const { return start_; }
  int64_t stop() const { return stop_; }
  int64_t step() const { return step_; }

 private:
  int64_t step_, start_, stop_;
};
TL_API std::ostream& operator<<(std::ostream&, const Slice&);

/// One of the things that stand between the brackets.
class TL_API TensorIndex {
 public:
  enum class Kind : uint8_t { none, ellipsis, integer, boolean, slice, tensor };
  TensorIndex(std::nullopt_t) : kind_(Kind::none) {}
  TensorIndex(EllipsisIndexType) : kind_(Kind::ellipsis) {}
  TensorIndex(const char* text);  // "..." only
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  TensorIndex(T i) : kind_(Kind::integer), integer_(int64_t(i)) {}
  TensorIndex(bool b) : kind_(Kind::boolean), integer_(b) {}
  TensorIndex(Slice s) : kind_(Kind::slice), slice_(s) {}
  TensorIndex(Tensor t) : kind_(Kind::tensor), tensor_(std::move(t)) {}

  Kind kind() const { return kind_; }
  bool is_none() const { return kind_ == Kind::none; }
  bool is_ellipsis() const { return kind_ == Kind::ellipsis; }
  bool is_integer() const { return kind_ == Kind::integer; }
  bool is_boolean() const { return kind_ == Kind::boolean; }
  bool is_slice() const { return kind_ == Kind::slice; }
  bool is_tensor() const { return kind_ == Kind::tensor; }
  int64_t integer() const { return integer_; }
  bool boolean() const { return integer_ != 0; }
  const Slice& slice() const { return slice_; }
  const Tensor& tensor() const { return tensor_; }

 private:
  Kind kind_;
  int64_t integer_ = 0;
  Slice slice_;
  Tensor tensor_;
};
TL_API std::ostream& operator<<(std::ostream&, const TensorIndex&);
TL_API std::ostream& operator<<(std::ostream&, const std::vector<TensorIndex>&);  // "(1:2:1, 0)"

}  // namespace tealight::indexing

namespace tealight {
// By a list; not from braces, which mean the functions of ops.h.
template <std::same_as<List<std::optional<Tensor>>> L>
Tensor index(const Tensor& self, const L& indices) {
  return self.index(indices);
}
template <std::same_as<List<std::optional<Tensor>>> L>
Tensor index_put(const Tensor& self, const L& indices, const Tensor& values,
                 bool accumulate = false) {
  return self.index_put(indices, values, accumulate);
}
template <std::same_as<List<std::optional<Tensor>>> L>
Tensor& index_put_(Tensor& self, const L& indices, const Tensor& values, bool accumulate = false) {
  return self.index_put_(indices, values, accumulate);
}
}  // namespace tealight

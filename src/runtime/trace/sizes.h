// Which sizes a number follows. C++ hands an operator plain integers: nothing tells that one of
// them was x.size(0), or half of it. But the function can be run on other sizes, and then what
// matters shows: a number that is the same in all runs is a constant; one that changes is looked
// for among the sizes of the tensors that exist by then, and simple arithmetic on these.
//
// (A type of our own for sizes, which remembers its arithmetic, would be lost wherever a program
// says int64_t or IntArrayRef, as programs for libtorch do; and watching who calls size() does not
// tell what becomes of the number.)
#pragma once
#include "runtime/trace/recorder.h"

namespace tealight::tracing {

struct SizeTerm {
  int tensor;
  size_t dim;
  friend bool operator==(const SizeTerm&, const SizeTerm&) = default;
};

/// (scale * a * b * ... + sign * plus + offset) // divisor, and for floats a root or an inverse of
/// that, times a factor.
struct SizeExpr {
  std::vector<SizeTerm> factors;
  std::optional<SizeTerm> plus;
  int64_t sign = 1, scale = 1, offset = 0, divisor = 1;
  enum class Shape : uint8_t { integer, number, inverse, root, inverse_root };
  Shape shape = Shape::integer;
  double factor = 1;
};

/// What the runs say of one number: its values, run by run.
using Observed = std::vector<Value>;

class SizeSearch {
 public:
  explicit SizeSearch(std::vector<const Run*> runs) : runs_(std::move(runs)) {}
  /// An expression on the sizes of tensors with numbers below `before` that gives all these values;
  /// those of `near` are preferred, then the inputs', then the latest.
  std::optional<SizeExpr> find(const Observed&, int before, const std::vector<int>& near) const;

 private:
  struct Column {
    SizeTerm term;
    std::vector<int64_t> sizes;  // run by run
  };
  std::vector<Column> columns(int before, const std::vector<int>& near) const;
  std::optional<SizeExpr> integer(const std::vector<int64_t>&, const std::vector<Column>&) const;
  std::optional<SizeExpr> number(const std::vector<double>&, const std::vector<Column>&) const;
  std::vector<const Run*> runs_;
};

/// Adds the nodes that compute it; `size` gives the variable of a size.
ir::Var* emit(ir::Builder&, const SizeExpr&, const std::function<ir::Var*(SizeTerm)>& size);

}  // namespace tealight::tracing

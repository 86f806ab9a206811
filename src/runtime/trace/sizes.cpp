#include "runtime/trace/sizes.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tealight::tracing {
namespace {

using Ints = std::vector<int64_t>;

bool changes(const Ints& v) {
  return std::any_of(v.begin(), v.end(), [&](int64_t x) { return x != v[0]; });
}

int64_t floor_div(int64_t a, int64_t b) {
  const int64_t q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

// values = scale * sizes + offset; scale and offset whole.
std::optional<SizeExpr> line(const Ints& values, const Ints& sizes) {
  size_t other = 1;
  while (other < sizes.size() && sizes[other] == sizes[0]) ++other;
  if (other == sizes.size()) return std::nullopt;
  const int64_t rise = values[other] - values[0], run = sizes[other] - sizes[0];
  if (rise == 0 || rise % run != 0) return std::nullopt;
  SizeExpr e;
  e.scale = rise / run;
  e.offset = values[0] - e.scale * sizes[0];
  for (size_t r = 0; r < values.size(); ++r)
    if (values[r] != e.scale * sizes[r] + e.offset) return std::nullopt;
  return e;
}

// values = (scale * sizes + offset) // divisor, the smallest numbers that do.
std::optional<SizeExpr> quotient(const Ints& values, const Ints& sizes) {
  constexpr int64_t kLargest = 64;
  for (int64_t scale : {1, 3, 5, 7})
    for (int64_t divisor = 2; divisor <= (scale == 1 ? kLargest : 16); ++divisor)
      for (int64_t k = 0; k < 2 * divisor - 1; ++k) {
        const int64_t offset = k % 2 ? (k + 1) / 2 : -k / 2;  // 0, 1, -1, 2, -2 ...
        if (scale != 1 && offset != 0) break;
        bool fits = true;
        for (size_t r = 0; r < values.size() && fits; ++r)
          fits = values[r] == floor_div(scale * sizes[r] + offset, divisor);
        if (!fits) continue;
        SizeExpr e;
        e.scale = scale, e.divisor = divisor, e.offset = offset;
        return e;
      }
  return std::nullopt;
}

// values = scale * products / divisor
std::optional<SizeExpr> multiple(const Ints& values, const Ints& products) {
  if (products[0] == 0 || values[0] == 0) return std::nullopt;
  SizeExpr e;
  if (values[0] % products[0] == 0)
    e.scale = values[0] / products[0];
  else if (products[0] % values[0] == 0)
    e.divisor = products[0] / values[0];
  else
    return std::nullopt;
  for (size_t r = 0; r < values.size(); ++r)
    if (values[r] != floor_div(e.scale * products[r], e.divisor)) return std::nullopt;
  return e;
}

Ints product(const Ints& a, const Ints& b) {
  Ints out(a.size());
  for (size_t r = 0; r < a.size(); ++r) out[r] = a[r] * b[r];
  return out;
}

}  // namespace

// One for each way in which a size changes: two that always agree mean the same here.
std::vector<SizeSearch::Column> SizeSearch::columns(int before,
                                                    const std::vector<int>& near) const {
  std::vector<int> order = near;
  const auto& tensors = runs_[0]->tensors;
  std::vector<int> inputs;
  for (const Operand& o : runs_[0]->inputs) for_each_tensor(o, [&](int t) { order.push_back(t); });
  for (int t = before - 1; t >= 0; --t) order.push_back(t);
  std::vector<Column> found;
  std::set<Ints> seen;
  for (int t : order) {
    if (t >= before || tensors[size_t(t)].captured.defined()) continue;
    for (size_t d = 0; d < tensors[size_t(t)].sizes.size(); ++d) {
      Column c{{t, d}, {}};
      for (const Run* r : runs_) {
        const DimVector& sizes = r->tensors[size_t(t)].sizes;
        if (d < sizes.size()) c.sizes.push_back(sizes[d]);
      }
      if (c.sizes.size() == runs_.size() && changes(c.sizes) && seen.insert(c.sizes).second)
        found.push_back(std::move(c));
    }
  }
  return found;
}

std::optional<SizeExpr> SizeSearch::integer(const Ints& values,
                                            const std::vector<Column>& columns) const {
  const auto of = [](SizeExpr e, std::vector<SizeTerm> factors) {
    e.factors = std::move(factors);
    return e;
  };
  for (const Column& c : columns)
    if (c.sizes == values) return of({}, {c.term});
  std::optional<SizeExpr> best;
  for (const Column& c : columns) {
    const std::optional<SizeExpr> e = line(values, c.sizes);
    if (e && (!best || std::abs(e->offset) < std::abs(best->offset))) best = of(*e, {c.term});
  }
  if (best && best->offset == 0) return best;
  for (size_t i = 0; i < columns.size(); ++i)
    for (size_t k = i; k < columns.size(); ++k) {
      const Column &a = columns[i], &b = columns[k];
      const Ints ab = product(a.sizes, b.sizes);
      if (const auto e = multiple(values, ab)) return of(*e, {a.term, b.term});
      for (size_t m = k; m < columns.size(); ++m)
        if (const auto e = multiple(values, product(ab, columns[m].sizes)))
          return of(*e, {a.term, b.term, columns[m].term});
    }
  if (best) return best;
  for (const Column& c : columns)
    if (const auto e = quotient(values, c.sizes)) return of(*e, {c.term});
  for (const Column& a : columns)
    for (const Column& b : columns)
      for (int64_t sign : {1, -1}) {
        Ints rest(values);
        for (size_t r = 0; r < rest.size(); ++r) rest[r] -= sign * b.sizes[r];
        if (auto e = line(rest, a.sizes)) {
          e->plus = b.term;
          e->sign = sign;
          return of(*e, {a.term});
        }
      }
  return std::nullopt;
}

std::optional<SizeExpr> SizeSearch::number(const std::vector<double>& values,
                                           const std::vector<Column>& columns) const {
  using Shape = SizeExpr::Shape;
  const auto shaped = [](Shape s, double x) {
    return s == Shape::inverse        ? 1 / x
           : s == Shape::root         ? std::sqrt(x)
           : s == Shape::inverse_root ? 1 / std::sqrt(x)
                                      : x;
  };
  for (const Column& c : columns)
    for (Shape s : {Shape::number, Shape::inverse, Shape::root, Shape::inverse_root}) {
      const double factor = values[0] / shaped(s, double(c.sizes[0]));
      bool fits = std::isfinite(factor) && factor != 0;
      for (size_t r = 0; r < values.size() && fits; ++r)
        fits = std::abs(factor * shaped(s, double(c.sizes[r])) - values[r]) <=
               1e-12 * std::abs(values[r]);
      if (!fits) continue;
      SizeExpr e;
      e.factors = {c.term};
      e.shape = s;
      e.factor = std::abs(factor - 1) < 1e-12 ? 1 : factor;
      return e;
    }
  return std::nullopt;
}

std::optional<SizeExpr> SizeSearch::find(const Observed& observed, int before,
                                         const std::vector<int>& near) const {
  const std::vector<Column> all = columns(before, near);
  if (observed[0].isInt()) {
    Ints values;
    for (const Value& v : observed) values.push_back(v.toInt());
    return integer(values, all);
  }
  std::vector<double> values;
  for (const Value& v : observed) values.push_back(v.toDouble());
  return number(values, all);
}

ir::Var* emit(ir::Builder& b, const SizeExpr& e, const std::function<ir::Var*(SizeTerm)>& size) {
  const auto op = [&](const char* name, std::vector<ir::Var*> inputs) {
    return b.op(find_overload(name), std::move(inputs))->output();
  };
  ir::Var* v = size(e.factors[0]);
  for (size_t i = 1; i < e.factors.size(); ++i) v = op("aten::mul.int", {v, size(e.factors[i])});
  if (e.scale != 1) v = op("aten::mul.int", {v, b.constant(e.scale)});
  if (e.plus) v = op(e.sign > 0 ? "aten::add.int" : "aten::sub.int", {v, size(*e.plus)});
  if (e.offset) v = op("aten::add.int", {v, b.constant(e.offset)});
  if (e.divisor != 1) v = op("aten::floordiv.int", {v, b.constant(e.divisor)});
  using Shape = SizeExpr::Shape;
  if (e.shape == Shape::integer) return v;
  if (e.shape == Shape::root || e.shape == Shape::inverse_root) v = op("aten::sqrt.int", {v});
  if (e.shape == Shape::number) v = op("aten::Float.int", {v});
  if (e.shape == Shape::inverse) v = op("aten::div.int", {b.constant(1), v});
  if (e.shape == Shape::inverse_root) v = op("aten::div.float", {b.constant(1.0), v});
  return e.factor == 1 ? v : op("aten::mul.float", {v, b.constant(e.factor)});
}

}  // namespace tealight::tracing

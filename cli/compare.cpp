#include "compare.h"

#include <cmath>

#include "tealight/ops.h"

namespace tealight::cli {
namespace {

Tensor as_numbers(const Tensor& t) {
  return (t.is_quantized() ? dequantize(t) : t).to(kComplexDouble).contiguous();
}

class Comparison {
 public:
  explicit Comparison(const Tolerance& t) : tolerance_(t) {}

  void compare(const Value& got, const Value& want, const std::string& path) {
    const bool numbers = got.isScalar() && want.isScalar() && got.isBool() == want.isBool();
    if (got.isNone() && want.isTensor() && !want.toTensor().defined()) return;
    if (got.tag() != want.tag() && !numbers)
      return add(path, got.tagKind(), str(got.tagKind(), ", expected ", want.tagKind()));
    if (got.isTensor()) return tensors(got.toTensor(), want.toTensor(), path);
    if (numbers && !got.isBool())
      return tensors(scalar_tensor(got.toScalar(), kComplexDouble),
                     scalar_tensor(want.toScalar(), kComplexDouble), path);
    if (got.isList()) return items(got.toListRef().items, want.toListRef().items, path);
    if (got.isTuple()) return items(got.toTupleRef().items, want.toTupleRef().items, path);
    if (got.isGenericDict()) return dicts(got.toDictRef(), want.toDictRef(), path);
    const bool same = !(got.isString() || got.isBool()) || got == want;
    add(path, got.tagKind(), same ? "" : repr(got) + ", expected " + repr(want));
  }
  std::vector<Leaf> leaves() { return std::move(leaves_); }

 private:
  static std::string inside(const std::string& path, const std::string& part) {
    return path.empty() ? part : path + "." + part;
  }
  void add(const std::string& path, const std::string& what, const std::string& mismatch,
           const Distance& d = {}) {
    leaves_.push_back({path, what, mismatch, d});
  }

  void tensors(const Tensor& got, const Tensor& want, const std::string& path) {
    const std::string what = str(python_name(got.scalar_type()), got.sizes());
    if (got.scalar_type() != want.scalar_type() &&
        !(got.scalar_type() == kBFloat16 && want.scalar_type() == kFloat))
      return add(path, what,
                 str("dtype ", python_name(got.scalar_type()), ", expected ",
                     python_name(want.scalar_type())));
    if (!(got.fact().sizes == want.fact().sizes))
      return add(path, what, str("shape ", got.sizes(), ", expected ", want.sizes()));
    const Distance d = distance(got, want, tolerance_);
    add(path, what,
        d.outside ? str(d.outside, " of ", got.numel(), " numbers, the first at ", d.first, ": ",
                        d.a_first, ", expected ", d.b_first)
                  : "",
        d);
  }

  void items(const std::vector<Value>& got, const std::vector<Value>& want,
             const std::string& path) {
    if (got.size() != want.size())
      return add(path, "list", str(got.size(), " elements, expected ", want.size()));
    for (size_t i = 0; i < got.size(); ++i)
      compare(got[i], want[i], inside(path, std::to_string(i)));
  }

  void dicts(DictImpl& got, const DictImpl& want, const std::string& path) {
    if (got.size() != want.size())
      return add(path, "dict", str(got.size(), " keys, expected ", want.size()));
    for (const auto& [key, value] : want.entries()) {
      if (const Value* found = got.find(key))
        compare(*found, value, inside(path, to_python_str(key)));
      else
        add(path, "dict", "key " + repr(key) + " is missing");
    }
  }

  const Tolerance& tolerance_;
  std::vector<Leaf> leaves_;
};

}  // namespace

Distance distance(const Tensor& a, const Tensor& b, const Tolerance& t) {
  const Tensor left = as_numbers(a), right = as_numbers(b);
  const auto *x = left.as<std::complex<double>>(), *y = right.as<std::complex<double>>();
  Distance d;
  double xx = 0, yy = 0, xy = 0;
  for (int64_t i = 0; i < left.numel(); ++i) {
    if (std::isfinite(std::abs(y[i]))) d.largest = std::max(d.largest, std::abs(y[i]));
    if (x[i] == y[i] || (x[i] != x[i] && y[i] != y[i])) {
      if (std::isfinite(std::abs(x[i])))
        xx += std::norm(x[i]), yy += std::norm(x[i]), xy += std::norm(x[i]);
      continue;
    }
    const double off = std::abs(x[i] - y[i]), size = std::abs(y[i]);
    xx += std::norm(x[i]), yy += std::norm(y[i]), xy += (std::conj(x[i]) * y[i]).real();
    d.max_abs = std::isnan(off) ? HUGE_VAL : std::max(d.max_abs, off);
    if (size > 0) d.max_rel = std::max(d.max_rel, off / size);
    if (off <= t.atol + t.rtol * size) continue;
    if (d.outside++ == 0) d.first = i, d.a_first = x[i].real(), d.b_first = y[i].real();
  }
  if (xx != yy || xx != xy) d.cosine = xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
  return d;
}

std::vector<Leaf> compare_leaves(const Value& got, const Value& want, const Tolerance& t) {
  Comparison c(t);
  c.compare(got, want, "");
  return c.leaves();
}

Difference compare(const Value& got, const Value& want, const Tolerance& t) {
  Difference d;
  for (const Leaf& leaf : compare_leaves(got, want, t)) {
    d.worst = std::max(d.worst, leaf.distance.max_abs);
    if (!d.same || leaf.mismatch.empty()) continue;
    d.same = false;
    d.what = (leaf.path.empty() ? "result" : leaf.path) + ": " + leaf.mismatch;
  }
  return d;
}

}  // namespace tealight::cli

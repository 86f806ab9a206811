// Distinct elements or slices, with where each element's went and how often each occurs.
#include <cstring>
#include <numeric>

#include "ops/copy.h"
#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using Three = std::tuple<Tensor, Tensor, Tensor>;

// -1, 0 or 1: the order of rows a and b of n numbers. A NaN equals nothing, itself neither, and
// comes last.
template <class T>
int compare(const T* a, const T* b, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    if (a[i] < b[i] || (b[i] != b[i] && a[i] == a[i])) return -1;
    if (b[i] < a[i] || (a[i] != a[i] && b[i] == b[i])) return 1;
  }
  return 0;
}

// The rows of a (rows, n) tensor that are kept, and for each row which of them it equals.
struct Distinct {
  std::vector<int64_t> kept, counts;
  Tensor inverse;
};
template <class T>
Distinct distinct(const Tensor& rows, bool sort) {
  const int64_t count = rows.size(0), n = rows.size(1);
  const T* x = rows.as<const T>();
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t(0));
  if (sort)
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return compare(x + a * n, x + b * n, n) < 0; });
  Distinct d;
  d.inverse = Tensor(Fact(kLong, {count}));
  for (size_t i = 0; i < order.size(); ++i) {
    const bool same =
        i > 0 && std::equal(x + order[i] * n, x + (order[i] + 1) * n, x + order[i - 1] * n);
    if (!same) d.kept.push_back(order[i]), d.counts.push_back(0);
    ++d.counts.back();
    d.inverse.as<int64_t>()[order[i]] = int64_t(d.kept.size()) - 1;
  }
  return d;
}
Distinct distinct_rows(const Tensor& rows, bool sort) {
  TL_CHECK(!is_complex(rows.scalar_type()), "unique: not implemented for complex numbers");
  const bool floating = is_floating(rows.scalar_type());
  const Tensor wide = contiguous(converted(rows, floating ? kDouble : kLong));
  return floating ? distinct<double>(wide, sort) : distinct<int64_t>(wide, sort);
}
Tensor of(const std::vector<int64_t>& v) {
  const Tensor t(Fact(kLong, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.as<int64_t>());
  return t;
}
Tensor none() { return Tensor(Fact(kLong, {0})); }

Three unique_flat(const Tensor& self, bool sort, bool inverse, bool counts) {
  const Tensor flat = reshape(self, {-1});
  const Distinct d = distinct_rows(flat.unsqueeze(1), sort);
  return {index_select(flat, 0, of(d.kept)),
          inverse || (sort && counts) ? d.inverse.view(self.sizes()) : none(),
          counts ? of(d.counts) : none()};
}
Three unique_along(const Tensor& self, int64_t dim, bool sort, bool inverse, bool counts) {
  const int64_t d = wrap_dim(dim, self.dim());
  TL_CHECK(self.dim() > 0, "unique_dim: a 0-d tensor has no dimension to look along");
  const int64_t n = self.size(d);
  if (self.numel() == 0) {
    TL_CHECK(n == 0,
             "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
    return {clone(self), none(), none()};
  }
  const Tensor slices = movedim(self, d, 0).contiguous();
  const Distinct r = distinct_rows(reshape(slices, {n, -1}), sort);
  return {movedim(index_select(slices, 0, of(r.kept)), 0, d), inverse || sort ? r.inverse : none(),
          counts || sort ? of(r.counts) : none()};
}

Three unique2_impl(const Tensor& self, bool, bool inverse, bool counts) {
  return unique_flat(self, true, inverse, counts);
}
std::tuple<Tensor, Tensor> unique1_impl(const Tensor& self, bool, bool inverse) {
  auto [values, places, counts] = unique_flat(self, true, inverse, false);
  return {values, places};
}
Three unique_dim_impl(const Tensor& self, int64_t dim, bool, bool inverse, bool counts) {
  return unique_along(self, dim, true, inverse, counts);
}
Three unique_consecutive_impl(const Tensor& self, bool inverse, bool counts,
                              std::optional<int64_t> dim) {
  // along a dimension both are made, asked for or not
  return dim && self.dim() > 0 ? unique_along(self, *dim, false, true, true)
                               : unique_flat(self, false, inverse, counts);
}

std::vector<Sample> unique2_samples() {
  return {{{sample({4, 5}, kLong, 0, 5), true, true, true}},
          {{sample({12}, kInt, 0, 5), true, false, true}},
          {{sample({6}, kBool), true, true, false}},
          {{sample({3, 2}), true, true, true}}};
}
std::vector<Sample> unique1_samples() { return {{{sample({4, 5}, kLong, 0, 5), true, true}}}; }
std::vector<Sample> unique_dim_samples() {
  return {{{sample({6, 2}, kLong, 0, 2), 0, true, true, true}},
          {{sample({2, 6}, kInt, 0, 2), 1, true, true, true}}};
}
std::vector<Sample> consecutive_samples() {
  return {{{sample({20}, kLong, 0, 2), true, true, Value()}},
          {{sample({4, 5}, kInt, 0, 2), true, false, Value()}},
          {{sample({6, 2}, kLong, 0, 1), true, true, 0}}};
}
constexpr Trait kUnique = Trait::dynamic | Trait::nograd;

}  // namespace

TL_OP(unique2){
    .schemas =
        {"aten::_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)"},
    .function = function<unique2_impl>,
    .traits = kUnique | Trait::copied_out,
    .samples = TL_TEST(unique2_samples),
};
TL_OP(unique1){
    .schemas =
        {"aten::_unique(Tensor self, bool sorted=True, bool return_inverse=False) -> (Tensor, Tensor)"},
    .function = function<unique1_impl>,
    .traits = kUnique | Trait::copied_out,
    .samples = TL_TEST(unique1_samples),
};
TL_OP(unique_dim){
    .schemas =
        {"aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)"},
    .function = function<unique_dim_impl>,
    .traits = kUnique | Trait::copied_out,
    .samples = TL_TEST(unique_dim_samples),
};
TL_OP(unique_consecutive){
    .schemas =
        {"aten::unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)"},
    .function = function<unique_consecutive_impl>,
    .traits = kUnique | Trait::copied_out,
    .samples = TL_TEST(consecutive_samples),
};
}  // namespace tealight::ops

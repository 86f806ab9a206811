// Identity matrices, the places of triangles, Vandermonde matrices.
#include <algorithm>

#include "ops/create/new.h"

namespace tealight::ops {
namespace {

Tensor eye_of(int64_t n, int64_t m, ScalarType t) {
  TL_CHECK(n >= 0, "n must be greater or equal to 0, got ", n);
  TL_CHECK(m >= 0, "m must be greater or equal to 0, got ", m);
  Tensor r = tealight::zeros({n, m}, TensorOptions(t));
  tealight::diagonal(r).fill_(1);
  return r;
}
Tensor eye_square(int64_t n, OptType t, OptLayout, OptDevice device, OptBool) {
  return placed(eye_of(n, n, t.value_or(get_default_dtype_as_scalartype())), device);
}
Tensor eye_rectangle(int64_t n, int64_t m, OptType t, OptLayout, OptDevice device, OptBool) {
  return placed(eye_of(n, m, t.value_or(get_default_dtype_as_scalartype())), device);
}

Tensor triangle_of(int64_t rows, int64_t columns, int64_t offset, bool upper, ScalarType t) {
  TL_CHECK(rows >= 0, "row must be non-negative, got", rows);
  TL_CHECK(columns >= 0, "col must be non-negative, got", columns);
  const auto first = [&](int64_t r) {
    return upper ? std::clamp<int64_t>(r + offset, 0, columns) : 0;
  };
  const auto last = [&](int64_t r) {
    return upper ? columns : std::clamp<int64_t>(r + offset + 1, 0, columns);
  };
  int64_t n = 0;
  for (int64_t r = 0; r < rows; ++r) n += last(r) - first(r);
  Tensor places(Fact(kLong, {2, n}));
  int64_t *row = places.as<int64_t>(), *column = row + n;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = first(r); c < last(r); ++c) *row++ = r, *column++ = c;
  return t == kLong ? places : converted(places, t);
}
Tensor tril_indices_impl(int64_t rows, int64_t columns, int64_t offset, OptType t, OptLayout,
                         OptDevice device, OptBool) {
  return placed(triangle_of(rows, columns, offset, false, t.value_or(kLong)), device);
}
Tensor triu_indices_impl(int64_t rows, int64_t columns, int64_t offset, OptType t, OptLayout,
                         OptDevice device, OptBool) {
  return placed(triangle_of(rows, columns, offset, true, t.value_or(kLong)), device);
}

Tensor vander_of(const Tensor& x, int64_t n, bool increasing) {
  TL_CHECK(n >= 0, "N must be non-negative.");
  const Tensor base = is_integral(x.scalar_type()) ? converted(x, kLong) : x;
  if (n == 0) {
    DimVector sizes(x.sizes());
    sizes.push_back(0);
    return tealight::empty(sizes, base.options());
  }
  std::vector<Tensor> columns{tealight::ones_like(base)};
  for (int64_t i = 1; i < n; ++i) columns.push_back(tealight::mul(columns.back(), base));
  if (!increasing) std::reverse(columns.begin(), columns.end());
  return tealight::stack(columns, -1);
}
Tensor vander_impl(const Tensor& x, std::optional<int64_t> n, bool increasing) {
  TL_CHECK(x.dim() == 1, "x must be a one-dimensional tensor.");
  return vander_of(x, n.value_or(x.numel()), increasing);
}
Tensor linalg_vander_impl(const Tensor& x, std::optional<int64_t> n) {
  return vander_of(x.dim() ? x : tealight::reshape(x, {1}), n ? *n : x.size(-1), true);
}
Tensor eye_into(int64_t n, const Tensor& out) { return into(out, eye_of(n, n, out.scalar_type())); }
Tensor eye_m_into(int64_t n, int64_t m, const Tensor& out) {
  return into(out, eye_of(n, m, out.scalar_type()));
}
std::vector<Sample> eye_samples() { return {{with_options({3})}, {with_options({2}, kLong)}}; }
std::vector<Sample> eye_m_samples() { return {{with_options({3, 5})}, {with_options({4, 0})}}; }
std::vector<Sample> triangle_samples() {
  return {{with_options({3, 4, 0}, kLong)},
          {with_options({4, 3, 1}, kInt)},
          {with_options({3, 3, -1}, kLong)}};
}
std::vector<Sample> vander_samples() {
  return {
      {{sample({4}), Value(), false}}, {{sample({3}), 5, true}}, {{sample({3}, kLong), 2, false}}};
}
std::vector<Sample> linalg_vander_samples() {
  return {{{sample({4}), Value()}}, {{sample({2, 3}), 4}}};
}

}  // namespace

#define TL_OPTIONS \
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"
TL_OP(eye){
    .schemas = {"aten::eye(int n, *, " TL_OPTIONS},
    .function = function<eye_square>,
    .traits = Trait::nograd,
    .samples = TL_TEST(eye_samples),
};
TL_OP(eye_m){
    .schemas = {"aten::eye.m(int n, int m, *, " TL_OPTIONS},
    .function = function<eye_rectangle>,
    .traits = Trait::nograd,
    .samples = TL_TEST(eye_m_samples),
};
TL_OP(eye_out){
    .schemas = {"aten::eye.out(int n, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<eye_into>,
    .traits = Trait::nograd,
};
TL_OP(eye_m_out){
    .schemas = {"aten::eye.m_out(int n, int m, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<eye_m_into>,
    .traits = Trait::nograd,
};
TL_OP(tril_indices){
    .schemas =
        {"aten::tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<tril_indices_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(triangle_samples),
};
TL_OP(triu_indices){
    .schemas =
        {"aten::triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<triu_indices_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(triangle_samples),
};
TL_OP(vander){
    .schemas = {"aten::vander(Tensor x, int? N=None, bool increasing=False) -> Tensor"},
    .function = function<vander_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(vander_samples),
};
TL_OP(linalg_vander){
    .schemas = {"aten::linalg_vander(Tensor x, *, int? N=None) -> Tensor"},
    .function = function<linalg_vander_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(linalg_vander_samples),
};
#undef TL_OPTIONS
}  // namespace tealight::ops

// any, all, count_nonzero.
#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

template <class T>
struct NonZero {
  int64_t found = 0;
  void add(const T* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) found += x[i] != T(0);
  }
  int64_t result(int64_t) const { return found; }
};
template <class T>
struct Any : NonZero<T> {
  bool result(int64_t) const { return this->found > 0; }
};
template <class T>
struct All : NonZero<T> {
  bool result(int64_t n) const { return this->found == n; }
};
constexpr auto make_any = [](auto t) { return Any<decltype(t)>{}; };
constexpr auto make_all = [](auto t) { return All<decltype(t)>{}; };
constexpr auto make_count = [](auto t) { return NonZero<decltype(t)>{}; };

// bytes give bytes, from before there was bool
ScalarType truth_dtype(const Fact& self) { return self.dtype == kByte ? kByte : kBool; }
Fact infer_truth(const Fact& self) { return Fact(truth_dtype(self), {}); }
Fact infer_truth_dim(const Fact& self, int64_t dim, bool keepdim) {
  return Fact(truth_dtype(self), Axes(self, dim).result_sizes(keepdim));
}
template <const auto& Make>
Offer over_all(const Call& c) {
  return reduction(c, Axes(c.in(0), std::nullopt), c.in(0).dtype, Make);
}
template <const auto& Make>
Offer over_dim(const Call& c) {
  return reduction(c, Axes(c.in(0), c.arg<int64_t>(1)), c.in(0).dtype, Make);
}
constexpr Impl any_kernels[] = {{"walk", over_all<make_any>}},
               any_dim_kernels[] = {{"walk", over_dim<make_any>}};
constexpr Impl all_kernels[] = {{"walk", over_all<make_all>}},
               all_dim_kernels[] = {{"walk", over_dim<make_all>}};

// One dimension, a list of them, or none, which means all.
OptionalDims dims_of(const Value& v) {
  return v.isNone() ? OptionalDims() : OptionalDims(unpack<DimVector>(v));
}
Fact infer_count(const Fact& self, const Value& dims) {
  return Fact(kLong, Axes(self, dims_of(dims)).result_sizes(false));
}
Offer count_over(const Call& c) {
  return reduction(c, Axes(c.in(0), dims_of(c.args[1])), c.in(0).dtype, make_count);
}
constexpr Impl count_kernels[] = {{"walk", count_over}};

// ---- out= forms take an `out` of any dtype

Tensor any_out_impl(const Tensor& self, const Tensor& out) {
  return write_out(out, tealight::any(self));
}
Tensor any_dim_out_impl(const Tensor& self, int64_t dim, bool keepdim, const Tensor& out) {
  return write_out(out, tealight::any(self, dim, keepdim));
}
Tensor all_out_impl(const Tensor& self, const Tensor& out) {
  return write_out(out, tealight::all(self));
}
Tensor all_dim_out_impl(const Tensor& self, int64_t dim, bool keepdim, const Tensor& out) {
  return write_out(out, tealight::all(self, dim, keepdim));
}

std::vector<Sample> all_out_samples() {
  return {{{sample({2, 3}, kByte, 0, 2), sample({0}, kBool)}},
          {{sample({2, 3}), sample({0}, kBool)}}};
}
std::vector<Sample> dim_out_samples() {
  return {{{sample({2, 3}, kByte, 0, 2), 1, false, sample({0}, kBool)}},
          {{sample({2, 3}), 0, true, sample({0}, kBool)}}};
}

std::vector<Sample> all_samples() {
  return {{{sample({3, 4, 5})}}, {{sample({7}, kBool)}}, {{sample({2, 3}, kByte, 0, 1)}}};
}
std::vector<Sample> dim_samples() {
  return {{{sample({3, 4, 2}, kBool), 1, false}},
          {{sample({3, 2}, kByte, 0, 2), -1, true}},
          {{sample({3, 4, 5}), 0, false}}};
}
std::vector<Sample> count_samples() {
  return {{{sample({3, 4, 5}, kInt), Value()}},
          {{sample({3, 4, 5}), 1}},
          {{sample({3, 4, 5}, kInt), DimVector{0, 2}}, 1}};
}

}  // namespace

TL_OP(any_all_elements){
    .schemas = {"aten::any(Tensor self) -> Tensor"},
    .infer = infer<infer_truth>,
    .kernels = any_kernels,
    .traits = Trait::nograd,
    .samples = TL_TEST(all_samples),
};
TL_OP(any_dim){
    .schemas = {"aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor"},
    .infer = infer<infer_truth_dim>,
    .kernels = any_dim_kernels,
    .traits = Trait::nograd,
    .samples = TL_TEST(dim_samples),
};
TL_OP(all_elements){
    .schemas = {"aten::all(Tensor self) -> Tensor"},
    .infer = infer<infer_truth>,
    .kernels = all_kernels,
    .traits = Trait::nograd,
    .samples = TL_TEST(all_samples),
};
TL_OP(all_dim){
    .schemas = {"aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor"},
    .infer = infer<infer_truth_dim>,
    .kernels = all_dim_kernels,
    .traits = Trait::nograd,
    .samples = TL_TEST(dim_samples),
};
TL_OP(count_nonzero){
    .schemas = {"aten::count_nonzero(Tensor self, int? dim=None) -> Tensor",
                "aten::count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor"},
    .infer = infer<infer_count>,
    .kernels = count_kernels,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(count_samples),
};
TL_OP(any_out){
    .schemas = {"aten::any.all_out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<any_out_impl>,
    .traits = Trait::composite | Trait::nograd,
    .samples = TL_TEST(all_out_samples),
};
TL_OP(any_dim_out){
    .schemas =
        {"aten::any.out(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<any_dim_out_impl>,
    .traits = Trait::composite | Trait::nograd,
    .samples = TL_TEST(dim_out_samples),
};
TL_OP(all_out){
    .schemas = {"aten::all.all_out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<all_out_impl>,
    .traits = Trait::composite | Trait::nograd,
    .samples = TL_TEST(all_out_samples),
};
TL_OP(all_dim_out){
    .schemas =
        {"aten::all.out(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<all_dim_out_impl>,
    .traits = Trait::composite | Trait::nograd,
    .samples = TL_TEST(dim_out_samples),
};
}  // namespace tealight::ops

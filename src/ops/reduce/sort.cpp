// Order along one dimension: sort, argsort, msort, topk, kthvalue, median, mode. NaN is the largest
// number. Where the order of equal elements is free, the standard library's algorithms choose it,
// called as PyTorch calls them.
#include <cmath>
#include <cstring>

#include "ops/broadcast.h"
#include "ops/reduce/reduce.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

template <class T>
struct Item {
  T key;
  int64_t index;
};
template <class T>
bool less(const Item<T>& a, const Item<T>& b) {
  return a.key < b.key || (b.key != b.key && a.key == a.key);
}
template <class T>
bool greater(const Item<T>& a, const Item<T>& b) {
  return less(b, a);
}
// The same, equal keys in their old order.
template <class T>
bool stable_less(const Item<T>& a, const Item<T>& b) {
  return less(a, b) || (!less(b, a) && a.index < b.index);
}
template <class T>
bool stable_greater(const Item<T>& a, const Item<T>& b) {
  return less(b, a) || (!less(a, b) && a.index < b.index);
}

// Puts the k-th smallest at its place: quickselect with the median of three as pivot (Sedgewick
// 1978), as PyTorch does, so that the same one of several equal elements is found.
template <class T>
void select(Item<T>* a, int64_t n, int64_t k) {
  int64_t left = 0, right = n - 1;
  const auto order = [&](int64_t i, int64_t j) {
    if (greater(a[i], a[j])) std::swap(a[i], a[j]);
  };
  while (right > left + 1) {
    std::swap(a[left + (right - left) / 2], a[left + 1]);
    order(left + 1, right);
    order(left, right);
    order(left + 1, left);
    const Item<T> pivot = a[left];
    int64_t i = left + 1, j = right;
    for (;;) {
      do ++i;
      while (greater(pivot, a[i]));
      do --j;
      while (greater(a[j], pivot));
      if (j < i) break;
      std::swap(a[i], a[j]);
    }
    std::swap(a[left], a[j]);
    if (j <= k) left = i;
    if (j >= k) right = j - 1;
  }
  if (right == left + 1) order(left, right);
}

// Slices along `dim` of a contiguous input; each gives `m` elements and indexes (or only one of the
// two).
struct Slices {
  int64_t outer = 1, n = 1, inner = 1, m = 1;
  ScalarType dtype;
  int values = 0, indices = 1;  // which outputs; -1: none
  Slices(const Fact& self, int64_t dim, int64_t results) : m(results), dtype(self.dtype) {
    const int64_t d = wrap_dim(dim, self.dim());
    for (int64_t i = 0; i < self.dim(); ++i)
      (i < d ? outer : i == d ? n : inner) *= self.sizes[size_t(i)];
  }

  // choose(items, n) puts the m chosen items first.
  template <class Choose>
  Kernel kernel(Choose choose) const {
    return is_floating(dtype) ? of_type<double>(choose) : of_type<int64_t>(choose);
  }

 private:
  template <class T, class Choose>
  Kernel of_type(Choose choose) const {
    return Kernel(
        [s = *this, choose](const Pointers& p) {
          for (int64_t o = 0; o < s.outer; ++o)
            for (int64_t i = 0; i < s.inner; ++i) s.one<T>(p, o, i, choose);
        },
        size_t(n) * (sizeof(T) + sizeof(Item<T>)));
  }
  template <class T, class Choose>
  void one(const Pointers& p, int64_t o, int64_t i, Choose choose) const {
    const int64_t size = int64_t(element_size(dtype)), step = inner * size;
    const char* x = p.in<char>(0) + (o * n * inner + i) * size;
    Item<T>* items = p.scratch<Item<T>>();
    T* keys = p.scratch<T>(size_t(n) * sizeof(Item<T>));
    load_block(compute_for<T>, keys, dtype, x, step, n);
    for (int64_t k = 0; k < n; ++k) items[k] = {keys[k], k};
    choose(items, n);
    for (int64_t k = 0; k < m; ++k) {
      const int64_t to = (o * m + k) * inner + i;
      if (values >= 0)
        std::memcpy(p.out<char>(size_t(values)) + to * size, x + items[k].index * step,
                    size_t(size));
      if (indices >= 0) p.out<int64_t>(size_t(indices))[to] = items[k].index;
    }
  }
};

void check_ordered(const char* name, const Fact& self) {
  TL_CHECK(!is_complex(self.dtype), name, "(): complex numbers have no order");
}
Fact like(const Fact& self, IntArrayRef sizes) {
  Fact f(self.dtype, sizes);
  f.quantizer = self.quantizer;
  return f;
}

// ---- sort

DimVector dense_strides(const Fact& self) {
  const Fact* f = &self;
  return self.is_non_overlapping_and_dense() ? self.strides
                                             : broadcast_fact({&f, 1}, self.dtype).strides;
}
std::vector<Fact> infer_sort(const Fact& self, int64_t dim, bool) {
  check_ordered("sort", self);
  wrap_dim(dim, self.dim());
  Fact values = like(self, self.sizes), indices(kLong, self.sizes);
  values.strides = indices.strides = dense_strides(self);
  return {values, indices};
}
std::vector<Fact> infer_sort_stable(const Fact& self, std::optional<bool>, int64_t dim,
                                    bool descending) {
  return infer_sort(self, dim, descending);
}
Offer sorted_slices(const Call& c, int64_t dim, bool descending, bool stable) {
  Slices s(c.in(0), dim, 1);
  s.m = s.n;
  return s.kernel([descending, stable](auto* items, int64_t n) {
    using T = decltype(items->key);
    std::sort(items, items + n,
              stable       ? (descending ? stable_greater<T> : stable_less<T>)
              : descending ? greater<T>
                           : less<T>);
  });
}
Offer prepare_sort(const Call& c) {
  return sorted_slices(c, c.arg<int64_t>(1), c.arg<bool>(2), false);
}
Offer prepare_sort_stable(const Call& c) {
  return sorted_slices(c, c.arg<int64_t>(2), c.arg<bool>(3),
                       c.arg<std::optional<bool>>(1).value_or(false));
}
constexpr Impl sort_kernels[] = {{"pairs", prepare_sort}},
               sort_stable_kernels[] = {{"pairs", prepare_sort_stable}};

// Values chosen along a dimension send their gradient back to where they came from.
Grads chosen_backward(const GradCall& c, int64_t dim) {
  return {scatter(zeros(c.in(0).sizes(), c.grad().options()), dim, c.out(1), c.grad())};
}
Grads sort_backward(const GradCall& c) { return chosen_backward(c, c.arg<int64_t>(1)); }
Grads sort_stable_backward(const GradCall& c) { return chosen_backward(c, c.arg<int64_t>(2)); }

Tensor argsort_impl(const Tensor& self, int64_t dim, bool descending) {
  return std::get<1>(tealight::sort(self, dim, descending));
}
Tensor argsort_stable_impl(const Tensor& self, bool stable, int64_t dim, bool descending) {
  return std::get<1>(tealight::sort(self, stable, dim, descending));
}
Tensor msort_impl(const Tensor& self) { return std::get<0>(tealight::sort(self, 0, false)); }

// ---- topk

std::vector<Fact> infer_topk(const Fact& self, int64_t k, int64_t dim, bool, bool) {
  check_ordered("topk", self);
  const int64_t d = wrap_dim(dim, self.dim());
  TL_CHECK(k >= 0 && k <= (self.dim() ? self.sizes[size_t(d)] : 1),
           "selected index k out of range");
  DimVector sizes = self.sizes;
  if (self.dim()) sizes[size_t(d)] = k;
  return {like(self, sizes), Fact(kLong, sizes)};
}
Offer prepare_topk(const Call& c) {
  const int64_t k = c.arg<int64_t>(1);
  return Slices(c.in(0), c.arg<int64_t>(2), c.in(0).dim() ? k : 1)
      .kernel([k, largest = c.arg<bool>(3), sorted = c.arg<bool>(4)](auto* items, int64_t n) {
        using T = decltype(items->key);
        const auto order = largest ? greater<T> : less<T>;
        if (k == 0) return;
        if (k * 64 <= n) return std::partial_sort(items, items + k, items + n, order);
        std::nth_element(items, items + k - 1, items + n, order);
        if (sorted) std::sort(items, items + k - 1, order);
      });
}
constexpr Impl topk_kernels[] = {{"pairs", prepare_topk}};
Grads topk_backward(const GradCall& c) { return chosen_backward(c, c.arg<int64_t>(2)); }

// ---- one element of each slice: kthvalue, median, nanmedian, mode

std::vector<Fact> infer_one(const char* name, const Fact& self, int64_t dim, bool keepdim) {
  check_ordered(name, self);
  const int64_t d = wrap_dim(dim, self.dim());
  if (self.dim() && self.sizes[size_t(d)] == 0)
    throw IndexError(str(name, "(): Expected reduction dim ", d, " to have non-zero size."));
  const DimVector sizes = Axes(self, dim).result_sizes(keepdim);
  return {like(self, sizes), Fact(kLong, sizes)};
}
Grads one_backward(const GradCall& c, int64_t dim, bool keepdim) {
  const Axes axes(c.in(0).fact(), dim);
  return {scatter(zeros(c.in(0).sizes(), c.grad().options()), dim,
                  unsqueezed(c.out(1), axes, keepdim), unsqueezed(c.grad(), axes, keepdim))};
}

std::vector<Fact> infer_kthvalue(const Fact& self, int64_t k, int64_t dim, bool keepdim) {
  const int64_t d = wrap_dim(dim, self.dim());
  TL_CHECK(k >= 1 && k <= (self.dim() ? self.sizes[size_t(d)] : 1),
           "kthvalue(): selected number k out of range for dimension ", d);
  return infer_one("kthvalue", self, dim, keepdim);
}
Offer prepare_kthvalue(const Call& c) {
  return Slices(c.in(0), c.arg<int64_t>(2), 1)
      .kernel([k = c.arg<int64_t>(1)](auto* items, int64_t n) {
        select(items, n, k - 1);
        items[0] = items[k - 1];
      });
}
constexpr Impl kthvalue_kernels[] = {{"pairs", prepare_kthvalue}};
Grads kthvalue_backward(const GradCall& c) {
  return one_backward(c, c.arg<int64_t>(2), c.arg<bool>(3));
}

// The lower of the two in the middle. A NaN is the median of any slice that has one, unless they
// are left out.
template <bool SkipNan>
auto choose_median = [](auto* items, int64_t n) {
  using T = decltype(items->key);
  if (!SkipNan) {
    for (int64_t i = 0; i < n; ++i)
      if (items[i].key != items[i].key) return void(items[0] = items[i]);
  }
  const int64_t nans =
      std::count_if(items, items + n, [](const Item<T>& i) { return i.key != i.key; });
  const int64_t k = std::max<int64_t>(0, n - nans - 1) / 2;
  std::nth_element(items, items + k, items + n, stable_less<T>);
  items[0] = items[k];
};
template <bool SkipNan>
std::vector<Fact> infer_median_dim(const Fact& self, int64_t dim, bool keepdim) {
  return infer_one(SkipNan ? "nanmedian" : "median", self, dim, keepdim);
}
template <bool SkipNan>
Offer prepare_median_dim(const Call& c) {
  return Slices(c.in(0), c.arg<int64_t>(1), 1).kernel(choose_median<SkipNan>);
}
template <bool SkipNan>
constexpr Impl median_dim_kernels[] = {{"pairs", prepare_median_dim<SkipNan>}};
Grads median_dim_backward(const GradCall& c) {
  return one_backward(c, c.arg<int64_t>(1), c.arg<bool>(2));
}

Fact infer_median(const Fact& self) {
  check_ordered("median", self);
  TL_CHECK(self.dtype != kBool, "median(): not implemented for 'Bool'");
  return like(self, {});
}
template <bool SkipNan>
Offer prepare_median(const Call& c) {
  Slices s(Fact(c.in(0).dtype, {c.in(0).numel()}), 0, 1);
  s.indices = -1;
  if (s.n == 0)
    return Kernel([t = s.dtype](const Pointers& p) {
      put(t, p.out<void>(), 0, is_floating(t) ? double(NAN) : double(INT64_MIN));
    });
  return s.kernel(choose_median<SkipNan>);
}
template <bool SkipNan>
constexpr Impl median_kernels[] = {{"pairs", prepare_median<SkipNan>}};
Grads median_backward(const GradCall& c) {
  const Tensor mask = logical_or(eq(c.in(0), c.out()), logical_and(isnan(c.in(0)), isnan(c.out())));
  return {div(mul(c.grad(), mask), sum(mask))};
}

// The value that occurs most often, the smallest of several, and where it occurs last in PyTorch's
// order: that of std::sort, which leaves few equal elements as they were, but not many.
std::vector<Fact> infer_mode(const Fact& self, int64_t dim, bool keepdim) {
  return infer_one("mode", self, dim, keepdim);
}
Offer prepare_mode(const Call& c) {
  return Slices(c.in(0), c.arg<int64_t>(1), 1).kernel([](auto* items, int64_t n) {
    std::sort(items, items + n, less<decltype(items->key)>);
    int64_t best = 0, run = 0, longest = 0;
    for (int64_t i = 0; i < n; ++i) {
      ++run;
      if (i + 1 < n && items[i].key == items[i + 1].key) continue;
      if (run > longest) longest = run, best = i;
      run = 0;
    }
    items[0] = items[best];
  });
}
constexpr Impl mode_kernels[] = {{"pairs", prepare_mode}};

std::vector<Sample> sort_samples() {
  return {{{distinct_sample({3, 4, 5}), -1, false}},
          {{distinct_sample({3, 4, 5}), 0, true}},
          {{sample({40}, kInt), 0, true}},
          {{sample({2, 20}, kBool), -1, false}}};
}
std::vector<Sample> sort_stable_samples() {
  return {{{sample({3, 30}, kInt), true, 1, true}}, {{distinct_sample({3, 4}), Value(), 0, false}}};
}
std::vector<Sample> topk_samples() {
  return {{{distinct_sample({3, 40}), 5, -1, true, true}},
          {{distinct_sample({6, 4}), 2, 0, false, true}},
          {{distinct_sample({6}), 6, 0, true, true}}};
}
std::vector<Sample> argsort_stable_samples() { return {{{sample({3, 30}, kInt), true, 1, true}}}; }
std::vector<Sample> msort_samples() { return {{{distinct_sample({5, 4})}}}; }
std::vector<Sample> kth_samples() {
  return {{{distinct_sample({3, 7}), 2, -1, false}}, {{distinct_sample({3, 7}), 3, 0, true}}};
}
std::vector<Sample> dim_samples() {
  return {{{distinct_sample({3, 8}), -1, false}}, {{distinct_sample({3, 7}), 0, true}}};
}
std::vector<Sample> mode_samples() {
  return {{{sample({3, 8}, kInt), -1, false}},
          {{sample({3, 7}, kLong), 0, true}},
          {{distinct_sample({4, 3}), 0, false}}};
}
std::vector<Sample> all_samples() { return {{{distinct_sample({3, 8})}}, {{sample({7}, kInt)}}}; }

}  // namespace

TL_OP(sort){
    .schemas =
        {"aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)",
         "aten::sort.values(Tensor self, int dim=-1, bool descending=False, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_sort>,
    .kernels = sort_kernels,
    .backward = TL_TRAIN(sort_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(sort_samples),
};
TL_OP(sort_stable){
    .schemas =
        {"aten::sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)",
         "aten::sort.values_stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_sort_stable>,
    .kernels = sort_stable_kernels,
    .backward = TL_TRAIN(sort_stable_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(sort_stable_samples),
};
TL_OP(argsort){
    .schemas = {"aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor"},
    .function = function<argsort_impl>,
    .traits = Trait::composite | Trait::nograd,
    .samples = TL_TEST(sort_samples),
};
TL_OP(argsort_stable){
    .schemas =
        {"aten::argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor"},
    .function = function<argsort_stable_impl>,
    .traits = Trait::composite | Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(argsort_stable_samples),
};
TL_OP(msort){
    .schemas = {"aten::msort(Tensor self) -> Tensor",
                "aten::msort.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<msort_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(msort_samples),
};
TL_OP(topk){
    .schemas =
        {"aten::topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)",
         "aten::topk.values(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_topk>,
    .kernels = topk_kernels,
    .backward = TL_TRAIN(topk_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(topk_samples),
};
TL_OP(kthvalue){
    .schemas =
        {"aten::kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
         "aten::kthvalue.values(Tensor self, int k, int dim=-1, bool keepdim=False, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_kthvalue>,
    .kernels = kthvalue_kernels,
    .backward = TL_TRAIN(kthvalue_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(kth_samples),
};
TL_OP(median){
    .schemas = {"aten::median(Tensor self) -> Tensor"},
    .infer = infer<infer_median>,
    .kernels = median_kernels<false>,
    .backward = TL_TRAIN(median_backward),
    .reads = {args(0), outs(0)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(all_samples),
};
TL_OP(nanmedian){
    .schemas = {"aten::nanmedian(Tensor self) -> Tensor"},
    .infer = infer<infer_median>,
    .kernels = median_kernels<true>,
    .backward = TL_TRAIN(median_backward),
    .reads = {args(0), outs(0)},
    .traits = Trait::copied_out,
    .samples = TL_TEST(all_samples),
};
TL_OP(median_dim){
    .schemas =
        {"aten::median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
         "aten::median.dim_values(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_median_dim<false>>,
    .kernels = median_dim_kernels<false>,
    .backward = TL_TRAIN(median_dim_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(nanmedian_dim){
    .schemas =
        {"aten::nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
         "aten::nanmedian.dim_values(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_median_dim<true>>,
    .kernels = median_dim_kernels<true>,
    .backward = TL_TRAIN(median_dim_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(dim_samples),
};
TL_OP(mode){
    .schemas =
        {"aten::mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
         "aten::mode.values(Tensor self, int dim=-1, bool keepdim=False, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)"},
    .infer = infer<infer_mode>,
    .kernels = mode_kernels,
    .backward = TL_TRAIN(median_dim_backward),
    .reads = {0, outs(1)},
    .samples = TL_TEST(mode_samples),
};
}  // namespace tealight::ops

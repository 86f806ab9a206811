// Copies of a tensor in another order or number: repeat, tile, flip, roll, rot90,
// repeat_interleave, combinations.
#include <algorithm>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Tensor longs(const std::vector<int64_t>& v) {
  Tensor t(Fact(kLong, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.as<int64_t>());
  return t;
}

// (r0, s0, r1, s1, ...): every dimension preceded by its repeats, which cost no memory until they
// are copied.
Tensor repeat_impl(const Tensor& self, const DimVector& repeats) {
  TL_CHECK(
      int64_t(repeats.size()) >= self.dim(),
      "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
  DimVector apart, spread, result;
  const size_t added = repeats.size() - size_t(self.dim());
  for (size_t d = 0; d < repeats.size(); ++d) {
    TL_CHECK(repeats[d] >= 0, "Trying to create tensor with negative dimension ", repeats[d]);
    const int64_t size = d < added ? 1 : self.sizes()[d - added];
    for (int64_t n : {int64_t(1), size}) apart.push_back(n);
    for (int64_t n : {repeats[d], size}) spread.push_back(n);
    int64_t product = 0;
    TL_CHECK(!__builtin_mul_overflow(repeats[d], size, &product), "repeat: too many elements");
    result.push_back(product);
  }
  if (self.is_quantized()) {
    Tensor r(self.fact().with(IntArrayRef(spread)));
    r.unsafeGetTensorImpl()->fact.quantizer = self.quantizer();
    copy_into(r, tealight::reshape(self, apart).expand(spread));
    return r.view(result);
  }
  return tealight::reshape(
      tealight::clone(tealight::reshape(self, apart).expand(spread), MemoryFormat::Contiguous),
      result);
}
Tensor tile_impl(const Tensor& self, const DimVector& dims) {
  DimVector repeats(dims);
  while (int64_t(repeats.size()) < self.dim()) repeats.insert(0, 1);
  return self.repeat(repeats);
}

// ---- flip and roll: slices chosen in another order

std::vector<int64_t> order_of(int64_t n) {
  std::vector<int64_t> v(static_cast<size_t>(n));
  for (size_t i = 0; i < v.size(); ++i) v[i] = int64_t(i);
  return v;
}
Tensor flip_impl(const Tensor& self, const DimVector& dims) {
  std::vector<bool> seen(size_t(std::max<int64_t>(self.dim(), 1)));
  Tensor r = self;
  for (int64_t dim : dims) {
    const size_t d = size_t(wrap_dim(dim, self.dim()));
    TL_CHECK(!seen[d], "dim ", d, " appears multiple times in the list of dims");
    seen[d] = true;
    if (self.dim() == 0) continue;
    auto order = order_of(self.sizes()[d]);
    std::reverse(order.begin(), order.end());
    r = tealight::index_select(r, int64_t(d), longs(order));
  }
  const Tensor out = tealight::empty_like(self);
  if (!r.is_same(self) && r.strides() == out.strides()) return r;
  copy_into(out, r);
  return out;
}
Grads flip_backward(const GradCall& c) { return {tealight::flip(c.grad(), c.arg<DimVector>(1))}; }
Tensor fliplr_impl(const Tensor& self) {
  TL_CHECK(self.dim() >= 2, "Input must be >= 2-d.");
  return tealight::flip(self, {1});
}
Tensor flipud_impl(const Tensor& self) {
  TL_CHECK(self.dim() >= 1, "Input must be >= 1-d.");
  return tealight::flip(self, {0});
}
Tensor roll_impl(const Tensor& self, const DimVector& shifts, const DimVector& dims) {
  TL_CHECK(!shifts.empty(), "`shifts` required");
  if (dims.empty()) {
    TL_CHECK(shifts.size() == 1, "shifts and dimensions must align. shifts: ", shifts.size(),
             ", dims:0");
    return tealight::reshape(tealight::roll(tealight::reshape(self, {-1}), shifts, {0}),
                             self.sizes());
  }
  TL_CHECK(shifts.size() == dims.size(),
           "shifts and dimensions must align. shifts: ", shifts.size(), ", dims:", dims.size());
  Tensor r = self;
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t d = wrap_dim(dims[i], self.dim()), n = self.dim() ? self.sizes()[size_t(d)] : 1;
    if (n == 0 || self.dim() == 0) continue;
    const int64_t shift = (shifts[i] % n + n) % n;
    if (shift)
      r = tealight::cat(
          {tealight::narrow(r, d, n - shift, shift), tealight::narrow(r, d, 0, n - shift)}, d);
  }
  return r.is_same(self) ? tealight::clone(self) : r;
}
Tensor rot90_impl(const Tensor& self, int64_t k, const DimVector& dims) {
  TL_CHECK(dims.size() == 2, "expected total rotation dims == 2, but got dims = ", dims.size());
  TL_CHECK(self.dim() >= 2, "expected total dims >= 2, but got total dims = ", self.dim());
  const int64_t a = wrap_dim(dims[0], self.dim()), b = wrap_dim(dims[1], self.dim());
  TL_CHECK(a != b, "expected rotation dims to be different, but got dim0 = ", dims[0],
           " and dim1 = ", dims[1]);
  switch ((k % 4 + 4) % 4) {
    case 1:
      return tealight::transpose(tealight::flip(self, {b}), a, b);
    case 2:
      return tealight::flip(self, {a, b});
    case 3:
      return tealight::transpose(tealight::flip(self, {a}), a, b);
    default:
      return tealight::clone(self, MemoryFormat::Contiguous);
  }
}

// ---- repeat_interleave

Tensor places_of(const Tensor& repeats, std::optional<int64_t> output_size) {
  TL_CHECK(repeats.dim() == 1, "repeat_interleave only accept 1D vector as repeat");
  TL_CHECK(repeats.scalar_type() == kLong || repeats.scalar_type() == kInt,
           "repeats has to be Long or Int tensor");
  const Tensor counts = contiguous(converted(repeats, kLong));
  const int64_t* count = counts.as<int64_t>();
  int64_t total = 0;
  for (int64_t i = 0; i < counts.numel(); ++i) {
    TL_CHECK(count[i] >= 0, "repeats can not be negative");
    TL_CHECK(!__builtin_add_overflow(total, count[i], &total),
             "repeat_interleave: too many elements");
  }
  TL_CHECK(!output_size || *output_size == total, "allocated size does not match required size");
  Tensor r(Fact(kLong, {total}));
  int64_t* out = r.as<int64_t>();
  for (int64_t i = 0; i < counts.numel(); ++i) out = std::fill_n(out, count[i], i);
  return r;
}
Tensor interleave_tensor(const Tensor& self, const Tensor& repeats, std::optional<int64_t> dim,
                         std::optional<int64_t> output_size) {
  const Tensor input = dim ? self : tealight::flatten(self);
  const int64_t d = wrap_dim(dim.value_or(0), input.dim()),
                size = input.dim() ? input.sizes()[size_t(d)] : 1;
  Tensor counts = repeats;
  if (counts.dim() == 0 || (counts.dim() == 1 && counts.size(0) == 1))
    counts = tealight::reshape(counts, {1}).expand({size});
  else
    TL_CHECK(counts.dim() == 1 && counts.size(0) == size,
             "repeats must have the same size as input along dim");
  return tealight::index_select(input, d, places_of(counts, output_size));
}
Tensor interleave_int(const Tensor& self, int64_t repeats, std::optional<int64_t> dim,
                      std::optional<int64_t> output_size) {
  TL_CHECK(repeats >= 0, "Repeats must be non-negative");
  return interleave_tensor(self, longs({repeats}), dim, output_size);
}

// ---- combinations of r elements, in lexicographic order of their places

Tensor combinations_impl(const Tensor& self, int64_t r, bool with_replacement) {
  TL_CHECK(self.dim() == 1, "Expect a 1D vector, but got shape ", self.sizes());
  TL_CHECK(r >= 0, "Expect a non-negative number, but got ", r);
  if (r == 0) return tealight::empty({0}, self.options());
  const int64_t n = self.numel();
  std::vector<int64_t> places;
  if (n > 0 && (with_replacement || r <= n)) {
    std::vector<int64_t> at(static_cast<size_t>(r));
    for (size_t i = 0; i < at.size(); ++i) at[i] = with_replacement ? 0 : int64_t(i);
    const auto highest = [&](size_t i) { return with_replacement ? n - 1 : n - r + int64_t(i); };
    for (;;) {
      places.insert(places.end(), at.begin(), at.end());
      size_t i = at.size();
      while (i > 0 && at[i - 1] == highest(i - 1)) --i;
      if (i == 0) break;
      ++at[i - 1];
      for (; i < at.size(); ++i) at[i] = at[i - 1] + (with_replacement ? 0 : 1);
    }
  }
  return tealight::reshape(tealight::index_select(self, 0, longs(places)),
                           {int64_t(places.size()) / r, r});
}

std::vector<Sample> repeat_samples() {
  return {{{sample({2, 3}), DimVector{2, 1}}},
          {{sample({3}), DimVector{2, 2}}},
          {{sample({2, 3}), DimVector{0, 2}}}};
}
std::vector<Sample> tile_samples() {
  return {{{sample({2, 3}), DimVector{2}}}, {{sample({3}), DimVector{2, 2}}}};
}
std::vector<Sample> flip_samples() {
  return {{{sample({2, 3, 4}), DimVector{0, -1}}}, {{sample({3}), DimVector{0}}}};
}
std::vector<Sample> flip2_samples() { return {{{sample({2, 3})}}}; }
std::vector<Sample> roll_samples() {
  return {{{sample({3, 4}), DimVector{1, -2}, DimVector{0, 1}}},
          {{sample({3, 4}), DimVector{5}, DimVector{}}}};
}
std::vector<Sample> rot90_samples() {
  return {{{sample({2, 3}), 1, DimVector{0, 1}}},
          {{sample({2, 3, 4}), -1, DimVector{1, 2}}},
          {{sample({2, 3}), 2, DimVector{0, 1}}}};
}
std::vector<Sample> interleave_int_samples() {
  return {{{sample({2, 3}), 2, Value(), Value()}}, {{sample({2, 3}), 3, 1, Value()}}};
}
std::vector<Sample> interleave_samples() {
  return {{{sample({3, 2}), longs({1, 0, 2}), 0, Value()}},
          {{sample({3}), longs({2}), Value(), Value()}}};
}
std::vector<Sample> places_samples() { return {{{longs({1, 0, 2}), Value()}}}; }
std::vector<Sample> combinations_samples() {
  return {{{sample({4}), 2, false}}, {{sample({3}), 2, true}}, {{sample({4}), 3, false}}};
}

}  // namespace

TL_OP(repeat){
    .schemas = {"aten::repeat(Tensor self, SymInt[] repeats) -> Tensor"},
    .function = function<repeat_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(repeat_samples),
};
TL_OP(tile){
    .schemas = {"aten::tile(Tensor self, int[] dims) -> Tensor"},
    .function = function<tile_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(tile_samples),
};
TL_OP(flip){
    .schemas = {"aten::flip(Tensor self, int[] dims) -> Tensor"},
    .function = function<flip_impl>,
    .backward = TL_TRAIN(flip_backward),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(flip_samples),
};
TL_OP(fliplr){
    .schemas = {"aten::fliplr(Tensor self) -> Tensor"},
    .function = function<fliplr_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(flip2_samples),
};
TL_OP(flipud){
    .schemas = {"aten::flipud(Tensor self) -> Tensor"},
    .function = function<flipud_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(flip2_samples),
};
TL_OP(roll){
    .schemas = {"aten::roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor"},
    .function = function<roll_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(roll_samples),
};
TL_OP(rot90){
    .schemas = {"aten::rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor"},
    .function = function<rot90_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(rot90_samples),
};
TL_OP(repeat_interleave){
    .schemas =
        {"aten::repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, int? output_size=None) -> Tensor"},
    .function = function<interleave_tensor>,
    .traits = Trait::composite,
    .samples = TL_TEST(interleave_samples),
};
TL_OP(repeat_interleave_int){
    .schemas =
        {"aten::repeat_interleave.self_int(Tensor self, int repeats, int? dim=None, *, int? output_size=None) -> Tensor"},
    .function = function<interleave_int>,
    .traits = Trait::composite,
    .samples = TL_TEST(interleave_int_samples),
};
TL_OP(repeat_interleave_places){
    .schemas =
        {"aten::repeat_interleave.Tensor(Tensor repeats, *, int? output_size=None) -> Tensor"},
    .function = function<places_of>,
    .traits = Trait::dynamic | Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(places_samples),
};
TL_OP(combinations){
    .schemas = {"aten::combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor"},
    .function = function<combinations_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(combinations_samples),
};
}  // namespace tealight::ops

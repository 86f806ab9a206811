// Padding: with a number, by reflection, by repeating the border, around in a circle.
#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/copy_elements.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// ---- constant: the input is copied into a filled tensor; negative padding cuts

// Along each dimension: `count` elements from place `from` of the input to place `to` of the
// output.
struct ConstantPad {
  DimVector from, to, count, sizes;
  bool grows = false;

  ConstantPad(const Fact& self, const DimVector& pad)
      : from(self.sizes.size(), 0), to(from), count(self.sizes), sizes(self.sizes) {
    TL_CHECK(pad.size() % 2 == 0, "Length of pad must be even but instead it equals ", pad.size());
    TL_CHECK(
        int64_t(pad.size()) / 2 <= self.dim(),
        "Length of pad should be no more than twice the number of dimensions of the input. Pad length is ",
        pad.size(), " while the input has ", self.dim(), " dimensions.");
    for (size_t i = 0; i < pad.size() / 2; ++i) {
      const size_t d = size_t(self.dim()) - 1 - i;
      const int64_t before = pad[2 * i], after = pad[2 * i + 1], size = self.sizes[d];
      sizes[d] = size + before + after;
      grows = grows || before > 0 || after > 0;
      TL_CHECK(sizes[d] >= 0, "The input size ", size, ", plus negative padding ", before, " and ",
               after, " resulted in a negative output size, which is invalid. Check dimension ", d,
               " of your input.");
      from[d] = std::clamp<int64_t>(-before, 0, size);
      to[d] = std::min(std::max<int64_t>(before, 0), sizes[d]);
      const int64_t end = std::clamp<int64_t>(size + std::min<int64_t>(after, 0), from[d], size);
      count[d] = std::min(end - from[d], sizes[d] - to[d]);
    }
  }
};

Fact infer_constant_pad(const Fact& self, const DimVector& pad, const Scalar&) {
  const ConstantPad p(self, pad);
  Fact f(self.dtype, p.sizes, contiguous_strides(p.sizes, self.suggest_memory_format()));
  f.quantizer = self.quantizer;
  if (p.grows) return f;
  // the strides are those of a clone of the part
  Fact kept = self;
  kept.sizes = p.sizes;
  const Fact* like = &kept;
  f.strides = self.quantizer ? contiguous_strides(p.sizes)
              : kept.is_non_overlapping_and_dense()
                  ? kept.strides
                  : broadcast_fact({&like, 1}, self.dtype).strides;
  return f;
}
Offer prepare_constant_pad(const Call& c) {
  const Fact &x = c.in(0), &out = c.out();
  const ConstantPad pad(x, c.arg<DimVector>(1));
  StridedShape s;
  s.operands = 2;
  s.sizes = pad.count;
  s.strides[0] = byte_strides(out, s.sizes);
  s.strides[1] = byte_strides(x, s.sizes);
  int64_t to = 0, from = 0;
  for (size_t d = 0; d < s.sizes.size(); ++d)
    to += pad.to[d] * s.strides[0][d], from += pad.from[d] * s.strides[1][d];
  const bool any = numel_of(pad.count) > 0;
  s.simplify();
  Fact one(out.dtype, {});
  one.quantizer = out.quantizer;
  const Tensor element(one);
  const Scalar value = c.arg<Scalar>(2);
  copy_into(element,
            out.quantizer ? scalar_tensor(value.toDouble(), kFloat) : wrapped_scalar_tensor(value));
  std::array<char, 16> bytes{};
  std::memcpy(bytes.data(), element.data_ptr(), element.itemsize());
  StridedShape all;  // the output in memory order, filled from one element
  all.operands = 2;
  all.sizes = {out.numel()};
  all.strides[0] = {int64_t(out.itemsize())};
  all.strides[1] = {0};
  return Kernel([=, size = size_t(out.itemsize()), fills = pad.grows](const Pointers& p) {
    if (fills && all.sizes[0]) copy_elements(all, p.out<char>(), bytes.data(), size);
    if (any) copy_elements(s, p.out<char>() + to, p.in<char>(0) + from, size);
  });
}
constexpr Impl constant_pad_kernels[] = {{"copy", prepare_constant_pad}};
Grads constant_pad_grads(const GradCall& c) {
  DimVector back;
  for (int64_t p : c.arg<DimVector>(1)) back.push_back(-p);
  return {tealight::constant_pad_nd(c.grad(), back, 0)};
}

// ---- reflection, replication, circle: each output place has one input place

enum class Border { reflect, replicate, circle };

int64_t place(Border b, int64_t i, int64_t n) {
  if (b == Border::replicate) return std::clamp<int64_t>(i, 0, n - 1);
  if (b == Border::circle) return i < 0 ? i + n : i >= n ? i - n : i;
  return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
}

// Places along one dimension for every output.
std::vector<int64_t> places_of(Border b, int64_t n, int64_t before, int64_t after) {
  std::vector<int64_t> places(size_t(std::max<int64_t>(n + before + after, 0)));
  for (size_t o = 0; o < places.size(); ++o) places[o] = place(b, int64_t(o) - before, n);
  return places;
}
Tensor places_tensor(const std::vector<int64_t>& places) {
  Tensor t(Fact(kLong, {int64_t(places.size())}));
  std::copy(places.begin(), places.end(), t.as<int64_t>());
  return t;
}

// The last n dimensions as depth, height and width, of which those that lack are one place.
struct BorderPad {
  int64_t outer = 1;  // of all dimensions before
  std::array<int64_t, 3> in{1, 1, 1};
  std::array<std::vector<int64_t>, 3> places;

  BorderPad(const Fact& self, const DimVector& pad, Border b) {
    const size_t n = pad.size() / 2, first = self.sizes.size() - n;
    for (size_t d = 0; d < first; ++d) outer *= self.sizes[d];
    for (size_t d = 0; d < 3; ++d) {
      const size_t i = 2 - d;  // number from the last
      if (i < n) in[d] = self.sizes[first + n - 1 - i];
      places[d] = i < n ? places_of(b, in[d], pad[2 * i], pad[2 * i + 1]) : std::vector<int64_t>{0};
    }
  }
  int64_t out(size_t d) const { return int64_t(places[d].size()); }
};

// One row of the output: elements of Size bytes, or pixels of `size` bytes. The run in the middle
// that lies as it does in the input is copied at once.
template <size_t Size>
void pad_row(const std::vector<int64_t>& places, const char* from, char* to, size_t size) {
  size_t i = 0;
  const size_t n = places.size();
  while (i < n) {
    size_t end = i + 1;
    while (end < n && places[end] == places[end - 1] + 1) ++end;
    if (end - i > 1 || !Size)
      std::memcpy(to + i * size, from + size_t(places[i]) * size, (end - i) * size);
    else
      std::memcpy(to + i * Size, from + size_t(places[i]) * Size, Size);
    i = end;
  }
}
// x (outer, D, H, W) of elements of `size` bytes
Kernel border_kernel(BorderPad p, size_t size, auto row) {
  return Kernel([p = std::move(p), size, row](const Pointers& pointers) {
    const int64_t D = p.out(0), H = p.out(1), W = p.out(2), bytes = int64_t(size);
    parallel_for(0, p.outer * D * H, grain_of({.bytes = double(2 * W * bytes)}),
                 [&](int64_t i, int64_t end) {
                   for (; i < end; ++i) {
                     const int64_t d = p.places[0][size_t(i / H % D)],
                                   h = p.places[1][size_t(i % H)], o = i / H / D;
                     row(p.places[2],
                         pointers.in<char>(0) + ((o * p.in[0] + d) * p.in[1] + h) * p.in[2] * bytes,
                         pointers.out<char>() + i * W * bytes, size);
                   }
                 });
  });
}
Offer prepare_border(const Call& c) {
  const BorderPad pad(c.in(0), c.arg<DimVector>(1), Border(c.arg<int64_t>(2)));
  switch (c.out().itemsize()) {
    case 1:
      return border_kernel(pad, 1, pad_row<1>);
    case 2:
      return border_kernel(pad, 2, pad_row<2>);
    case 4:
      return border_kernel(pad, 4, pad_row<4>);
    case 8:
      return border_kernel(pad, 8, pad_row<8>);
    default:
      return border_kernel(pad, 16, pad_row<16>);
  }
}
// PyTorch's result is contiguous; plans may want it as the input lies.
Offer prepare_nhwc_border(const Call& c) {
  if (c.in(0).dim() != 4 || c.arg<DimVector>(1).size() != 4) return "not two of four dimensions";
  BorderPad pad(c.in(0), c.arg<DimVector>(1), Border(c.arg<int64_t>(2)));
  pad.outer = c.in(0).sizes[0];
  return border_kernel(std::move(pad), size_t(c.in(0).sizes[1] * c.out().itemsize()), pad_row<0>);
}
constexpr Impl border_kernels[] = {{"nhwc", prepare_nhwc_border, KernelLayout::channels_last},
                                   {"rows", prepare_border}};

Fact infer_border(const Fact& self, const DimVector& pad, int64_t mode) {
  TL_CHECK(pad.size() % 2 == 0 && pad.size() <= 6 && int64_t(pad.size()) / 2 <= self.dim() &&
               mode >= 0 && mode <= int64_t(Border::circle),
           "border_pad: ", self.sizes, " cannot be padded by ", pad);
  Fact f(self.dtype, self.sizes);
  f.quantizer = self.quantizer;
  for (size_t i = 0; i < pad.size() / 2; ++i) {
    const size_t d = self.sizes.size() - 1 - i;
    f.sizes[d] += pad[2 * i] + pad[2 * i + 1];
    // every place of the output has one in the input
    for (int64_t p : places_of(Border(mode), self.sizes[d], pad[2 * i], pad[2 * i + 1]))
      TL_CHECK(p >= 0 && p < self.sizes[d], "border_pad: ", self.sizes, " is too small for ", pad);
  }
  f.strides = contiguous_strides(f.sizes);
  return f;
}
// Dimension by dimension each gradient goes to where its value came from.
Grads border_grads(const GradCall& c) {
  const auto pad = c.arg<DimVector>(1);
  Tensor g = c.grad();
  for (size_t i = 0; i < pad.size() / 2; ++i) {
    const int64_t d = c.in(0).dim() - 1 - int64_t(i), n = c.in(0).size(d);
    DimVector sizes(g.sizes());
    sizes[size_t(d)] = n;
    const auto places = places_of(Border(c.arg<int64_t>(2)), n, pad[2 * i], pad[2 * i + 1]);
    g = tealight::index_add(tealight::zeros(sizes, g.options()), d, places_tensor(places), g);
  }
  return {g};
}

void check_border(Border b, const char* name, const Tensor& self, const DimVector& pad, size_t n) {
  TL_CHECK(pad.size() == 2 * n, name, ": padding size is expected to be ", 2 * n,
           ", but got: ", pad.size());
  const bool batched = self.dim() == int64_t(n) + 2;
  TL_CHECK(
      batched || self.dim() == int64_t(n) + 1, name, ": Expected ", n + 1, "D or ", n + 2,
      "D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ",
      self.sizes());
  // one or two reflected dimensions take a first dimension of 0 without a batch, too
  const bool first_may_be_empty = batched || (b == Border::reflect && n <= 2);
  for (int64_t d = first_may_be_empty ? 1 : 0; d < self.dim(); ++d)
    TL_CHECK(
        self.size(d) > 0, name, ": Expected ", n + 1, "D or ", n + 2,
        "D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ",
        self.sizes());
  for (size_t i = 0; i < n; ++i) {
    const int64_t size = self.size(-1 - int64_t(i)), before = pad[2 * i], after = pad[2 * i + 1];
    if (b == Border::reflect)
      TL_CHECK(
          before < size && after < size,
          "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding (",
          before, ", ", after, ") at dimension ", self.dim() - 1 - int64_t(i), " of input ",
          self.sizes());
    if (b == Border::circle)
      TL_CHECK(before <= size && after <= size,
               "Padding value causes wrapping around more than once.");
    TL_CHECK(size + before + after >= (b == Border::circle ? 0 : 1), "input (size: ", size,
             ") is too small. Calculated output size: ", size + before + after);
    if (b == Border::circle)
      TL_CHECK(before + after + size >= 0,
               "Negative padding value is resulting in an empty dimension.");
  }
}
Tensor border_pad(Border b, const char* name, const Tensor& self, const DimVector& pad, size_t n) {
  check_border(b, name, self, pad, n);
  return detail::call_as<Tensor>(find_overload("tealight::border_pad"), self, pad, int64_t(b));
}
template <Border B, size_t N>
Tensor border_impl(const Tensor& self, const DimVector& pad) {
  return border_pad(B, B == Border::reflect ? "reflection_pad" : "replication_pad", self, pad, N);
}
Tensor circular_impl(const Tensor& self, const DimVector& pad) {
  return border_pad(Border::circle, "_pad_circular", self, pad,
                    size_t(std::max<int64_t>(self.dim() - 2, 0)));
}

Tensor pad_impl(const Tensor& self, const DimVector& pad, const std::string& mode,
                std::optional<double> value) {
  if (mode == "constant") return tealight::constant_pad_nd(self, pad, value.value_or(0));
  TL_CHECK(!value || *value == 0, "Padding mode \"", mode, "\" doesn't take in value argument");
  const int64_t n = int64_t(pad.size()) / 2, d = self.dim();
  const bool fits = pad.size() % 2 == 0 && n >= 1 && n <= 3 && (d == n + 1 || d == n + 2);
  TL_CHECK(fits, "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now");
  if (mode == "reflect")
    return n == 1   ? tealight::reflection_pad1d(self, pad)
           : n == 2 ? tealight::reflection_pad2d(self, pad)
                    : tealight::reflection_pad3d(self, pad);
  if (mode == "replicate")
    return n == 1   ? tealight::replication_pad1d(self, pad)
           : n == 2 ? tealight::replication_pad2d(self, pad)
                    : tealight::replication_pad3d(self, pad);
  TL_CHECK(mode == "circular", "Unrecognised padding mode ", mode);
  return border_pad(Border::circle, "_pad_circular", self, pad, size_t(n));
}

std::vector<Sample> constant_samples() {
  return {{{sample({2, 3}), DimVector{1, 2}, 0.5}},
          {{sample({2, 3, 4}), DimVector{1, -1, 0, 2}, 0}},
          {{sample({3, 4}), DimVector{-2, 1, -1, 0}, 1}},
          {{sample({2, 3}), DimVector{}, 0}}};
}
std::vector<Sample> pad_samples() {
  return {{{sample({2, 3}), DimVector{1, 2}, "constant", 0.5}},
          {{sample({2, 3}), DimVector{1, 2}, "constant", Value()}},
          {{sample({1, 2, 3, 4}), DimVector{1, 2, 1, 0}, "reflect", Value()}},
          {{sample({1, 2, 3}), DimVector{1, 2}, "replicate", Value()}},
          {{sample({1, 2, 3}), DimVector{1, 2}, "circular", Value()}}};
}
std::vector<Sample> samples_1d() {
  return {{{sample({2, 3, 4}), DimVector{1, 2}}}, {{sample({3, 4}), DimVector{3, -1}}}};
}
std::vector<Sample> samples_2d() {
  return {{{sample({1, 2, 3, 4}), DimVector{1, 2, 2, 0}}},
          {{sample({2, 3, 4}), DimVector{0, 1, 1, -1}}}};
}
std::vector<Sample> samples_3d() {
  return {{{sample({1, 2, 3, 4, 3}), DimVector{1, 2, 2, 0, 1, 1}}}};
}

}  // namespace

#define TL_BORDER(kind, n) \
  .function = function<border_impl<Border::kind, n>>, .traits = Trait::composite
TL_OP(constant_pad_nd){
    .schemas = {"aten::constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor"},
    .infer = infer<infer_constant_pad>,
    .kernels = constant_pad_kernels,
    .backward = TL_TRAIN(constant_pad_grads),
    .reads = {0, 0},
    .traits = Trait::copied_out | Trait::strided,
    .samples = TL_TEST(constant_samples),
};
TL_OP(border_pad){
    .schemas = {"tealight::border_pad(Tensor self, int[] pad, int mode) -> Tensor"},
    .infer = infer<infer_border>,
    .kernels = border_kernels,
    .backward = TL_TRAIN(border_grads),
    .reads = {0, 0},
};
TL_OP(pad){
    .schemas =
        {"aten::pad(Tensor self, int[] pad, str mode=\"constant\", float? value=None) -> Tensor"},
    .function = function<pad_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(pad_samples),
};
TL_OP(reflection_pad1d){
    .schemas =
        {"aten::reflection_pad1d(Tensor self, int[2] padding) -> Tensor",
         "aten::reflection_pad1d.out(Tensor self, int[2] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_BORDER(reflect, 1),
    .samples = TL_TEST(samples_1d),
};
TL_OP(reflection_pad2d){
    .schemas =
        {"aten::reflection_pad2d(Tensor self, int[4] padding) -> Tensor",
         "aten::reflection_pad2d.out(Tensor self, int[4] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_BORDER(reflect, 2),
    .samples = TL_TEST(samples_2d),
};
TL_OP(reflection_pad3d){
    .schemas =
        {"aten::reflection_pad3d(Tensor self, int[6] padding) -> Tensor",
         "aten::reflection_pad3d.out(Tensor self, int[6] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_BORDER(reflect, 3),
    .samples = TL_TEST(samples_3d),
};
TL_OP(replication_pad1d){
    .schemas =
        {"aten::replication_pad1d(Tensor self, int[2] padding) -> Tensor",
         "aten::replication_pad1d.out(Tensor self, int[2] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_BORDER(replicate, 1),
    .samples = TL_TEST(samples_1d),
};
TL_OP(replication_pad2d){
    .schemas =
        {"aten::replication_pad2d(Tensor self, int[4] padding) -> Tensor",
         "aten::replication_pad2d.out(Tensor self, int[4] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_BORDER(replicate, 2),
    .samples = TL_TEST(samples_2d),
};
TL_OP(replication_pad3d){
    .schemas =
        {"aten::replication_pad3d(Tensor self, int[6] padding) -> Tensor",
         "aten::replication_pad3d.out(Tensor self, int[6] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    TL_BORDER(replicate, 3),
    .samples = TL_TEST(samples_3d),
};
TL_OP(pad_circular){
    .schemas = {"aten::_pad_circular(Tensor self, int[] pad) -> Tensor"},
    .function = function<circular_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(samples_1d),
};
#undef TL_BORDER
}  // namespace tealight::ops

// Padding: with a number, by reflection, by repeating the border, around in a circle.
#include <algorithm>
#include <cstring>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// ---- constant: the input is copied into a filled tensor; negative padding cuts

Tensor constant_pad_impl(const Tensor& self, const DimVector& pad, const Scalar& value) {
  TL_CHECK(pad.size() % 2 == 0, "Length of pad must be even but instead it equals ", pad.size());
  const size_t n = pad.size() / 2;
  TL_CHECK(
      int64_t(n) <= self.dim(),
      "Length of pad should be no more than twice the number of dimensions of the input. Pad length is ",
      pad.size(), " while the input has ", self.dim(), " dimensions.");
  DimVector sizes(self.sizes());
  Tensor kept = self;
  for (size_t i = 0; i < n; ++i) {
    const size_t d = size_t(self.dim()) - 1 - i;
    const int64_t before = pad[2 * i], after = pad[2 * i + 1], size = self.sizes()[d];
    sizes[d] = size + before + after;
    TL_CHECK(sizes[d] >= 0, "The input size ", size, ", plus negative padding ", before, " and ",
             after, " resulted in a negative output size, which is invalid. Check dimension ", d,
             " of your input.");
    const int64_t from = std::clamp<int64_t>(-before, 0, size),
                  to = std::clamp<int64_t>(size + std::min<int64_t>(after, 0), from, size);
    if (from > 0 || to < size) kept = tealight::narrow(kept, int64_t(d), from, to - from);
  }
  Fact f(self.scalar_type(), sizes, contiguous_strides(sizes, self.suggest_memory_format()));
  f.quantizer = self.quantizer();
  Tensor out(f);
  if (self.is_quantized())
    copy_into(out, scalar_tensor(value.toDouble(), kFloat));
  else
    copy_into(out, scalar_tensor(value));
  Tensor inside = out;
  for (size_t i = 0; i < n; ++i) {
    const int64_t d = self.dim() - 1 - int64_t(i);
    const int64_t before = std::min(std::max<int64_t>(pad[2 * i], 0), inside.size(d));
    inside = tealight::narrow(inside, d, before, std::min(kept.size(d), inside.size(d) - before));
  }
  if (inside.numel() && inside.sizes() == kept.sizes()) copy_into(inside, kept);
  return out;
}
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
Tensor places_of(Border b, int64_t n, int64_t before, int64_t after) {
  Tensor t(Fact(kLong, {n + before + after}));
  for (int64_t o = 0; o < t.numel(); ++o) t.as<int64_t>()[o] = place(b, o - before, n);
  return t;
}

void check_border(Border b, const char* name, const Tensor& self, const DimVector& pad, size_t n) {
  TL_CHECK(pad.size() == 2 * n, name, ": padding size is expected to be ", 2 * n,
           ", but got: ", pad.size());
  const bool batched = self.dim() == int64_t(n) + 2;
  TL_CHECK(
      batched || self.dim() == int64_t(n) + 1, name, ": Expected ", n + 1, "D or ", n + 2,
      "D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ",
      self.sizes());
  for (int64_t d = batched ? 1 : 0; d < self.dim(); ++d)
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
  Tensor r = self;
  for (size_t i = n; i-- > 0;)
    if (pad[2 * i] || pad[2 * i + 1])
      r = tealight::index_select(
          r, -1 - int64_t(i), places_of(b, self.size(-1 - int64_t(i)), pad[2 * i], pad[2 * i + 1]));
  if (r.is_same(self)) return tealight::clone(self);
  const MemoryFormat m = self.suggest_memory_format();
  return n == 2 && m == MemoryFormat::ChannelsLast ? r.contiguous(m) : r;
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
    .function = function<constant_pad_impl>,
    .backward = TL_TRAIN(constant_pad_grads),
    .traits = Trait::copied_out,
    .samples = TL_TEST(constant_samples),
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

// pixel_shuffle, pixel_unshuffle and channel_shuffle: every element has another place, and nothing
// is computed.
#include "kernels/pointwise/channels.h"
#include "ops/broadcast.h"
#include "ops/copy_elements.h"
#include "ops/nhwc.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Fact shuffled_fact(const Fact& x, const DimVector& sizes) {
  Fact y(x.dtype, sizes, contiguous_strides(sizes, x.suggest_memory_format()));
  y.quantizer = x.quantizer;
  return y;
}

// ---- pixels: (..., c r r, h, w) and (..., c, h r, w r)

void check_pixels(const char* op, const char* factor, const Fact& x, int64_t r) {
  TL_CHECK(x.dim() >= 3, op, " expects input to have at least 3 dimensions, but got input with ",
           x.dim(), " dimension(s)");
  TL_CHECK(r > 0 && r < 1 << 20, op, " expects a positive ", factor, ", but got ", r);
}

Fact infer_pixel_shuffle(const Fact& x, int64_t r) {
  check_pixels("pixel_shuffle", "upscale_factor", x, r);
  DimVector sizes(x.sizes);
  int64_t* last = sizes.end() - 3;
  TL_CHECK(
      last[0] % (r * r) == 0,
      "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=",
      last[0], " is not divisible by ", r * r);
  last[0] /= r * r, last[1] *= r, last[2] *= r;
  return shuffled_fact(x, sizes);
}
Fact infer_pixel_unshuffle(const Fact& x, int64_t r) {
  check_pixels("pixel_unshuffle", "downscale_factor", x, r);
  DimVector sizes(x.sizes);
  int64_t* last = sizes.end() - 3;
  TL_CHECK(
      last[1] % r == 0,
      "pixel_unshuffle expects height to be divisible by downscale_factor, but input.size(-2)=",
      last[1], " is not divisible by ", r);
  TL_CHECK(last[2] % r == 0,
           "pixel_unshuffle expects width to be divisible by downscale_factor, but input.size(-1)=",
           last[2], " is not divisible by ", r);
  last[0] *= r * r, last[1] /= r, last[2] /= r;
  return shuffled_fact(x, sizes);
}

// Strides of (..., c, h, i, w, j) in the tensor of fewer channels, or in that of more.
DimVector split_strides(const Fact& f, int64_t r, bool more_channels) {
  DimVector s = byte_strides(f, f.sizes);
  const int64_t c = s.end()[-3], h = s.end()[-2], w = s.end()[-1];
  s.resize(s.size() - 3);
  const int64_t few[] = {c, h * r, h, w * r, w}, many[] = {c * r * r, h, c * r, w, c};
  for (size_t i = 0; i < 5; ++i) s.push_back(more_channels ? many[i] : few[i]);
  return s;
}
template <bool Un>
Offer prepare_pixels(const Call& c) {
  const Fact &x = c.in(0), &y = c.out(), &few = Un ? x : y;
  const int64_t r = c.arg<int64_t>(1);
  StridedShape s;
  s.operands = 2;
  s.sizes = few.sizes;
  const int64_t h = few.sizes.end()[-2], w = few.sizes.end()[-1];
  s.sizes.resize(s.sizes.size() - 2);
  for (int64_t n : {h / r, r, w / r, r}) s.sizes.push_back(n);
  s.strides[0] = split_strides(y, r, Un);
  s.strides[1] = split_strides(x, r, !Un);
  s.simplify();
  return Kernel([s, size = size_t(y.itemsize())](const Pointers& p) {
    copy_elements(s, p.out<void>(), p.in<void>(0), size);
  });
}
constexpr Impl shuffle_kernels[] = {{"copy", prepare_pixels<false>}};
constexpr Impl unshuffle_kernels[] = {{"copy", prepare_pixels<true>}};

Grads pixel_shuffle_grads(const GradCall& c) {
  return {tealight::pixel_unshuffle(c.grad(), c.arg<int64_t>(1))};
}
Grads pixel_unshuffle_grads(const GradCall& c) {
  return {tealight::pixel_shuffle(c.grad(), c.arg<int64_t>(1))};
}

// ---- channels: (n, groups, each, ...) to (n, each, groups, ...)

Fact infer_channel_shuffle(const Fact& x, int64_t groups) {
  TL_CHECK(x.dim() > 2, "channel_shuffle expects input with > 2 dims, but got input with sizes ",
           x.sizes);
  TL_CHECK(groups > 0,
           "Number of groups to divide channels in must be positive. Value of groups:", groups);
  TL_CHECK(x.sizes[1] % groups == 0, "Number of channels must be divisible by groups. Got ",
           x.sizes[1], " channels and ", groups, " groups.");
  Fact y = shuffled_fact(x, x.sizes);
  if (x.dim() != 4) y.strides = contiguous_strides(y.sizes);
  return y;
}
Offer prepare_nhwc_channels(const Call& c) {
  if (c.in(0).dim() != 4 || c.in(0).itemsize() != 4) return "not 4-d of 4-byte elements";
  const int64_t groups = c.arg<int64_t>(1);
  const kernels::NhwcShape s = nhwc_shape(c.in(0));
  return Kernel([s, groups](const Pointers& p) {
    kernels::shuffle_channels(s.batch * s.pixels, groups, s.channels / groups, p.in<uint32_t>(0),
                              p.out<uint32_t>());
  });
}
Offer prepare_channels(const Call& c) {
  const Fact& x = c.in(0);
  const int64_t groups = c.arg<int64_t>(1), each = x.sizes[1] / groups, size = x.itemsize();
  int64_t inner = size;
  for (size_t d = 2; d < x.sizes.size(); ++d) inner *= x.sizes[d];
  StridedShape s;
  s.operands = 2;
  s.sizes = {x.sizes[0], each, groups, inner / size};
  s.strides[0] = {each * groups * inner, groups * inner, inner, size};
  s.strides[1] = {each * groups * inner, inner, each * inner, size};
  s.simplify();
  return Kernel([s, size = size_t(size)](const Pointers& p) {
    copy_elements(s, p.out<void>(), p.in<void>(0), size);
  });
}
constexpr Impl channel_kernels[] = {{"nhwc", prepare_nhwc_channels, KernelLayout::channels_last},
                                    {"copy", prepare_channels}};
Grads channel_shuffle_grads(const GradCall& c) {
  return {tealight::channel_shuffle(c.grad(), c.in(0).size(1) / c.arg<int64_t>(1))};
}

std::vector<Sample> shuffle_samples() {
  return {{{sample({2, 8, 3, 4}), 2}}, {{sample({4, 2, 3}), 2}}};
}
std::vector<Sample> unshuffle_samples() { return {{{sample({2, 2, 4, 6}), 2}}}; }
std::vector<Sample> channel_samples() { return {{{sample({2, 6, 3, 4}), 3}}}; }

}  // namespace

TL_OP(pixel_shuffle){
    .schemas = {"aten::pixel_shuffle(Tensor self, int upscale_factor) -> Tensor"},
    .infer = infer<infer_pixel_shuffle>,
    .kernels = shuffle_kernels,
    .backward = TL_TRAIN(pixel_shuffle_grads),
    .reads = {0, 0},
    .traits = Trait::strided | Trait::copied_out,
    .samples = TL_TEST(shuffle_samples),
};
TL_OP(pixel_unshuffle){
    .schemas = {"aten::pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor"},
    .infer = infer<infer_pixel_unshuffle>,
    .kernels = unshuffle_kernels,
    .backward = TL_TRAIN(pixel_unshuffle_grads),
    .reads = {0, 0},
    .traits = Trait::strided | Trait::copied_out,
    .samples = TL_TEST(unshuffle_samples),
};
TL_OP(channel_shuffle){
    .schemas = {"aten::channel_shuffle(Tensor self, int groups) -> Tensor",
                "aten::native_channel_shuffle(Tensor self, int groups) -> Tensor"},
    .infer = infer<infer_channel_shuffle>,
    .kernels = channel_kernels,
    .backward = TL_TRAIN(channel_shuffle_grads),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(channel_samples),
};

}  // namespace tealight::ops

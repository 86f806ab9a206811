// The channel shuffle of ShuffleNetV2, as the planner's passes put it together. With
//
//   v = cat((first, second), 1), N x 2C x H x W, C even
//   s = v.view(N, 2, C, H, W).transpose(1, 2).reshape(N, 2C, H, W)
//
// tealight::shuffle_cat gives s, tealight::shuffle_split gives s.chunk(2, 1): the halves of a unit
// that begins with a split are written where the next layers read them.
#include <cstring>

#include "core/parallel.h"
#include "kernels/pointwise/channels.h"
#include "ops/conv/conv.h"

namespace tealight::ops {
namespace {

using namespace kernels;

Fact of_channels(const Fact& x, int64_t channels) {
  DimVector sizes = x.sizes;
  sizes[1] = channels;
  Fact y(x.dtype, sizes);
  if (x.suggest_memory_format() == MemoryFormat::ChannelsLast)
    y.strides = contiguous_strides(sizes, MemoryFormat::ChannelsLast);
  return y;
}

void check_halves(const Fact& first, const Fact& second) {
  TL_CHECK(first.dim() == 4 && first.dtype == kFloat && first.sizes == second.sizes &&
               second.dtype == kFloat && first.sizes[1] % 2 == 0,
           "shuffle: wants two float32 tensors of one shape with an even number of channels, got ",
           first.sizes, " and ", second.sizes);
}
Fact infer_shuffle_cat(const Fact& first, const Fact& second) {
  check_halves(first, second);
  return of_channels(first, 2 * first.sizes[1]);
}
std::vector<Fact> infer_shuffle_split(const Fact& first, const Fact& second) {
  check_halves(first, second);
  return {of_channels(first, first.sizes[1]), of_channels(first, first.sizes[1])};
}

Offer prepare_nhwc(const Call& c) {
  const Fact& x = c.in(0);
  const int64_t channels = x.sizes[1], pixels = x.sizes[0] * x.sizes[2] * x.sizes[3];
  const bool split = c.outs.size() == 2;
  const int64_t first = pixel_stride(x), second = pixel_stride(c.in(1)),
                low = pixel_stride(c.out(0)), high = pixel_stride(c.out(split ? 1 : 0));
  if (!first || !second || !low || !high) return "not channels_last";
  return Kernel([=](const Pointers& p) {
    const uint32_t *a = p.in<uint32_t>(0), *b = p.in<uint32_t>(1);
    if (!split)
      return interleave_channels(pixels, channels, {a, first}, {b, second}, p.out<uint32_t>(), low);
    const int64_t half = channels / 2;
    interleave_channels(pixels, half, {a, first}, {b, second}, p.out<uint32_t>(0), low);
    interleave_channels(pixels, half, {a + half, first}, {b + half, second}, p.out<uint32_t>(1),
                        high);
  });
}

Offer prepare_contiguous(const Call& c) {
  const Fact& x = c.in(0);
  const int64_t channels = x.sizes[1], plane = x.sizes[2] * x.sizes[3], batch = x.sizes[0];
  const bool split = c.outs.size() == 2;
  return Kernel([=](const Pointers& p) {
    parallel_for(0, batch * channels * 2, 1 + 65536 / (plane + 1), [&](int64_t i, int64_t end) {
      for (; i < end; ++i) {
        const int64_t n = i / (2 * channels), to = i % (2 * channels);
        const float* from = p.in<float>(size_t(to % 2)) + (n * channels + to / 2) * plane;
        float* y = !split          ? p.out<float>() + i * plane
                   : to < channels ? p.out<float>(0) + (n * channels + to) * plane
                                   : p.out<float>(1) + (n * channels + to - channels) * plane;
        std::memcpy(y, from, size_t(plane) * sizeof(float));
      }
    });
  });
}

constexpr Impl shuffle_kernels[] = {{"nhwc", prepare_nhwc, KernelLayout::channels_last},
                                    {"contiguous", prepare_contiguous}};

}  // namespace

TL_OP(shuffle_cat){
    .schemas = {"tealight::shuffle_cat(Tensor first, Tensor second) -> Tensor"},
    .infer = infer<infer_shuffle_cat>,
    .kernels = shuffle_kernels,
    .traits = Trait::nograd,
};
TL_OP(shuffle_split){
    .schemas = {"tealight::shuffle_split(Tensor first, Tensor second) -> (Tensor, Tensor)"},
    .infer = infer<infer_shuffle_split>,
    .kernels = shuffle_kernels,
    .traits = Trait::nograd,
};

}  // namespace tealight::ops

// Quantized convolutions on 8-bit dot products: windows are read where they lie, in x or in a copy
// of it that has its padding.
#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "kernels/conv/conv_int8_methods.h"
#include "kernels/conv/depthwise_dot8.h"
#include "kernels/gemm/gemm_dot8.h"

namespace tealight::kernels {
namespace {

constexpr size_t kSlack = 64;  // behind the copy

bool is_depthwise(const ConvInt8Plan& plan) {
  return plan.method == ConvInt8Method::dot8_depthwise;
}

// Sizes of x as its windows are read.
struct Extent {
  int64_t depth, height, width;
  Extent(const ConvShape& s, bool padded) {
    const auto size = [&](const WindowDim& d) { return d.in + (padded ? 2 * d.pad : 0); };
    depth = size(s.dim[0]), height = size(s.dim[1]), width = size(s.dim[2]);
  }
  int64_t pixels() const { return depth * height * width; }
};

// Neighbouring pixels of a window's row lie together where all their channels count.
bool rows_lie_together(const ConvShape& s) { return s.groups == 1 && s.dim[2].dilation == 1; }

Dot8Weights weights_of(const ConvInt8Plan& plan) {
  return {plan.dot8, plan.shape.group_outputs(), int64_t(plan.taps.size()), plan.run};
}

// One row of pixels with its padding.
void pad_row(const ConvShape& s, const uint8_t* x, const uint8_t* padding, const Extent& e,
             int64_t row, uint8_t* to) {
  const auto& [D, H, W] = s.dim;
  const int64_t C = s.in_channels, h = row % e.height - H.pad, d = row / e.height % e.depth - D.pad;
  const int64_t image = row / e.height / e.depth;
  const auto pad = [&](int64_t pixels) {
    for (int64_t i = 0; i < pixels; ++i, to += C) std::memcpy(to, padding, size_t(C));
  };
  if (h < 0 || h >= H.in || d < 0 || d >= D.in) return pad(e.width);
  pad(W.pad);
  const int64_t bytes = W.in * C;
  std::memcpy(to, x + ((image * D.in + d) * H.in + h) * bytes, size_t(bytes));
  to += bytes;
  pad(W.pad);
}

void pad_all(const ConvShape& s, const uint8_t* x, const uint8_t* padding, uint8_t* to) {
  const Extent e(s, true);
  const int64_t row_bytes = e.width * s.in_channels;
  parallel_for(0, s.batch * e.depth * e.height, 131072 / (row_bytes + 1) + 1,
               [&](int64_t row, int64_t end) {
                 for (; row < end; ++row) pad_row(s, x, padding, e, row, to + row * row_bytes);
               });
}

}  // namespace

void dot8_plan(ConvInt8Plan& plan) {
  const ConvShape& s = plan.shape;
  if (is_depthwise(plan)) {
    plan.weights_bytes = DepthwiseDot8(s, plan.dot8).weights_bytes();
    return;
  }
  const auto& [D, H, W] = s.dim;
  const bool together = rows_lie_together(s);
  plan.run = together ? W.kernel * s.in_channels : s.group_inputs();
  plan.padded = D.pad || H.pad || W.pad || plan.run % 4;
  const Extent e(s, plan.padded);
  for (int64_t d = 0; d < D.kernel; ++d)
    for (int64_t h = 0; h < H.kernel; ++h)
      for (int64_t w = 0; w < (together ? 1 : W.kernel); ++w)
        plan.taps.push_back(
            ((d * D.dilation * e.height + h * H.dilation) * e.width + w * W.dilation) *
            s.in_channels);
  plan.weights_bytes = size_t(s.groups) * weights_of(plan).bytes();
  plan.scratch_bytes = plan.padded ? size_t(s.batch * e.pixels() * s.in_channels) + kSlack : 0;
}

void dot8_pack(const ConvInt8Plan& plan, FunctionRef<int8_t(int64_t, int64_t, int64_t)> weight,
               void* packed) {
  const ConvShape& s = plan.shape;
  if (is_depthwise(plan))
    return DepthwiseDot8(s, plan.dot8)
        .pack([&](int64_t channel, int64_t tap) { return weight(channel, 0, tap); }, packed);
  const Dot8Weights weights = weights_of(plan);
  const int64_t C = s.group_inputs(), width = plan.run / C;  // pixels of a run
  for (int64_t g = 0; g < s.groups; ++g)
    weights.pack(
        [&](int64_t tap, int64_t k, int64_t n) {
          return weight(g * s.group_outputs() + n, k % C, tap * width + k / C);
        },
        static_cast<std::byte*>(packed) + size_t(g) * weights.bytes());
}

int64_t dot8_slots(const ConvInt8Plan& plan) {
  return is_depthwise(plan) ? DepthwiseDot8(plan.shape, plan.dot8).slots()
                            : plan.shape.groups * weights_of(plan).padded_columns();
}

void dot8_for_each_slot(const ConvInt8Plan& plan, const void* packed,
                        FunctionRef<void(int64_t, int64_t, int32_t)> f) {
  const ConvShape& s = plan.shape;
  if (is_depthwise(plan)) {
    const DepthwiseDot8 d(s, plan.dot8);
    const int32_t* sums = d.sums(packed);
    return d.for_each_slot([&](int64_t slot, int64_t channel) { f(slot, channel, sums[slot]); });
  }
  const Dot8Weights weights = weights_of(plan);
  for (int64_t g = 0; g < s.groups; ++g) {
    const int32_t* sums =
        weights.sums(static_cast<const std::byte*>(packed) + size_t(g) * weights.bytes());
    for (int64_t n = 0; n < weights.columns; ++n)
      f(g * weights.padded_columns() + n, g * weights.columns + n, sums[n]);
  }
}

void dot8_run(const ConvInt8Plan& plan, const uint8_t* x, const void* packed, const Int8Epilogue& e,
              Int8Output y, void* scratch) {
  const ConvShape& s = plan.shape;
  const ByteRange range{int16_t(e.zero_point), uint8_t(e.min), uint8_t(e.max)};
  if (is_depthwise(plan))
    return DepthwiseDot8(s, plan.dot8).run(x, packed, e.start, e.scale, e.padding, range, y.bytes);
  const auto& [D, H, W] = s.dim;
  uint8_t* const copy = static_cast<uint8_t*>(scratch);
  if (plan.padded) pad_all(s, x, e.padding, copy);
  const Extent extent(s, plan.padded);
  const Dot8Weights weights = weights_of(plan);
  const int64_t C = s.in_channels, row = extent.width * C, plane = extent.height * row;
  for (int64_t g = 0; g < s.groups; ++g) {
    const int64_t slot = g * weights.padded_columns(), at = g * weights.columns;
    dot8_gemm({&weights,
               static_cast<const std::byte*>(packed) + size_t(g) * weights.bytes(),
               (plan.padded ? copy : x) + g * s.group_inputs(),
               s.batch * s.out_size(),
               {D.out, H.out, W.out},
               {extent.depth * plane, D.stride * plane, H.stride * row, W.stride * C},
               plan.taps.data(),
               e.start + slot,
               e.scale + slot,
               e.bias + slot,
               range,
               y.bytes ? y.bytes + at : nullptr,
               y.reals ? y.reals + at : nullptr,
               e.relu,
               s.out_channels});
  }
}

}  // namespace tealight::kernels

// The methods of conv.h, each in a file of its own.
#pragma once
#include "kernels/conv/conv.h"

namespace tealight::kernels {

// conv_gemm.cpp
size_t conv_gemm_weights_bytes(const ConvShape& shape);
size_t conv_gemm_scratch_bytes(const ConvShape& shape, int threads);
void conv_gemm_pack(const ConvShape& shape, const float* weights, float* packed);
void conv_gemm(const ConvPlan& plan, const float* x, const float* packed,
               const ConvEpilogue& epilogue, float* y, float* scratch);

// Windows of `pixels` output pixels from `first` on, of one image's and group's input, as a matrix
// (K, width): row k = (channel, kd, kh, kw). If width is a panel's, columns behind the pixels are
// made zero.
using GatherWindows = void (*)(const ConvShape&, const float* x, int64_t first, int64_t pixels,
                               float* to, int64_t width);
GatherWindows conv_gather();

// conv_depthwise.cpp
size_t conv_depthwise_scratch_bytes(const ConvShape& shape, int threads);
void conv_depthwise(const ConvPlan& plan, const float* x, const float* weights,
                    const ConvEpilogue& epilogue, float* y, float* scratch);

}  // namespace tealight::kernels

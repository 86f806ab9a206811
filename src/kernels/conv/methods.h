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

// Windows of `pixels` output pixels from `first` on, counted through the images, of some of a
// group's channels (x: the first of them in the first image), as a matrix (channels * taps, width):
// row k = (channel, kd, kh, kw).
using GatherWindows = void (*)(const ConvShape&, int64_t channels, const float* x, int64_t first,
                               int64_t pixels, float* to, int64_t width);
GatherWindows conv_gather();

// conv_depthwise.cpp
size_t conv_depthwise_scratch_bytes(const ConvShape& shape, int threads);
void conv_depthwise(const ConvPlan& plan, const float* x, const float* weights,
                    const ConvEpilogue& epilogue, float* y, float* scratch);

// conv_depthwise.cpp: gradients of what it takes.
bool is_depthwise_gradient(const ConvShape& shape);
size_t depthwise_input_gradient_scratch_bytes(const ConvShape& shape, int threads);
void depthwise_input_gradient(const ConvShape& shape, int threads, const float* grad_y,
                              const float* weights, const float* bias, float* grad_x,
                              float* scratch);
size_t depthwise_weight_gradient_scratch_bytes(const ConvShape& shape);
void depthwise_weight_gradient(const ConvShape& shape, const float* x, const float* grad_y,
                               float* grad_weights, float* scratch);

}  // namespace tealight::kernels

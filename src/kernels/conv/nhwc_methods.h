// The methods of conv_nhwc.h, each in a file of its own.
#pragma once
#include "core/base.h"
#include "kernels/conv/conv_nhwc.h"

namespace tealight::kernels {

/// run(item, slice) for items [0, items), on as many threads as their `work` (multiplications) is
/// worth. Slices, below plan.threads, have scratch of their own; a thread that is late finds less
/// left to do.
void for_each_item(int64_t items, double work, int threads,
                   FunctionRef<void(int64_t item, int64_t slice)> run);

/// `columns` output channels of a panel from w's first one on: row (tap, c) of `width` floats takes
/// weight (column, c, kh, kw), and is at to + (tap * tap_rows + c) * width. What lies beside the
/// columns is left alone.
void pack_taps(const ConvWeights& w, int64_t kernel_h, int64_t kernel_w, int64_t inputs,
               int64_t columns, int64_t width, int64_t tap_rows, float* to);

// nhwc_windows.cpp
void plan_windows(NhwcConvPlan& plan);  // fills in the bytes
void pack_windows(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed);
void run_windows(const NhwcConvPlan& plan, const float* x, const float* packed,
                 const NhwcEpilogue& epilogue, float* y, float* scratch);

// nhwc_few_channels.cpp
void plan_few_channels(NhwcConvPlan& plan);
void pack_few_channels(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed);
void run_few_channels(const NhwcConvPlan& plan, const float* x, const float* packed,
                      const NhwcEpilogue& epilogue, float* y, float* scratch);

// nhwc_winograd.cpp
void plan_winograd(NhwcConvPlan& plan);
void pack_winograd(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed);
void run_winograd(const NhwcConvPlan& plan, const float* x, const float* packed,
                  const NhwcEpilogue& epilogue, float* y, float* scratch);

// nhwc_transpose.cpp
void plan_transpose(NhwcConvPlan& plan);
void pack_transpose(const NhwcConvPlan& plan, const ConvWeights& weights, float* packed);
void run_transpose(const NhwcConvPlan& plan, const float* x, const float* packed,
                   const NhwcEpilogue& epilogue, float* y, float* scratch);

}  // namespace tealight::kernels

// What GoogLeNet and Inception share: convolution, batch norm, ReLU under the names conv and bn.
#pragma once
#include "train/models/families.h"

namespace tealight::models {

struct BasicConv2d : nn::Module {
  BasicConv2d(int64_t in, int64_t out, IntArrayRef kernel, int64_t stride, IntArrayRef padding)
      : conv(register_module("conv", nn::Conv2d(nn::Conv2dOptions(in, out, kernel)
                                                    .stride(stride)
                                                    .padding(ExpandingArray<2>(padding))
                                                    .bias(false)))),
        bn(register_module("bn", batch_norm2d(out, {.eps = 1e-3}))) {}
  BasicConv2d(int64_t in, int64_t out, int64_t kernel = 1, int64_t stride = 1, int64_t padding = 0)
      : BasicConv2d(in, out, {kernel, kernel}, stride, {padding, padding}) {}
  Tensor forward(Tensor x) { return relu(bn(conv(x))); }
  nn::Conv2d conv;
  nn::BatchNorm2d bn;
};

/// From the normalization of ImageNet to -1 ... 1, which the weights were made for.
Tensor to_unit_range(const Tensor& pictures);

}  // namespace tealight::models

// MobileNetV2 (Sandler et al. 2018) with torchvision's names. The weights are random, of the sizes
// that training leaves, statistics of the batch norms included: the lessons compare numbers, they
// do not look at pictures.
#pragma once
#include "common/nn.h"

namespace tealight::models {

using namespace torch::nn;

inline Sequential conv_norm(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1,
                            int64_t groups = 1) {
  return Sequential(Conv2d(Conv2dOptions(in, out, kernel)
                               .stride(stride)
                               .padding((kernel - 1) / 2)
                               .groups(groups)
                               .bias(false)),
                    BatchNorm2d(out), ReLU6());
}

struct InvertedResidualImpl : torch::nn::Module {
  InvertedResidualImpl(int64_t in, int64_t out, int64_t stride, int64_t widen)
      : adds(stride == 1 && in == out) {
    const int64_t wide = in * widen;
    if (widen != 1) conv->push_back(conv_norm(in, wide, 1));
    conv->push_back(conv_norm(wide, wide, 3, stride, wide));
    conv->push_back(Conv2d(Conv2dOptions(wide, out, 1).bias(false)));
    conv->push_back(BatchNorm2d(out));
    register_module("conv", conv);
  }
  Tensor forward(const Tensor& x) const { return adds ? x + conv(x) : conv(x); }
  Sequential conv;
  bool adds;
};
TORCH_MODULE(InvertedResidual);

struct MobileNetV2Impl : torch::nn::Module {
  explicit MobileNetV2Impl(int64_t classes = 1000) {
    struct Stage {
      int64_t widen, channels, blocks, stride;
    };
    int64_t in = 32;
    features->push_back(conv_norm(3, in, 3, 2));
    for (const Stage& s :
         {Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2}, Stage{6, 32, 3, 2}, Stage{6, 64, 4, 2},
          Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2}, Stage{6, 320, 1, 1}})
      for (int64_t i = 0; i < s.blocks; ++i) {
        features->push_back(InvertedResidual(in, s.channels, i == 0 ? s.stride : 1, s.widen));
        in = s.channels;
      }
    features->push_back(conv_norm(in, 1280, 1));
    classifier->push_back(Dropout(0.2));
    classifier->push_back(Linear(1280, classes));
    register_module("features", features);
    register_module("classifier", classifier);
  }
  Tensor forward(const Tensor& x) const {
    const Tensor y = torch::adaptive_avg_pool2d(features(x), {1, 1});
    return classifier(torch::flatten(y, 1));
  }
  Sequential features, classifier;
};
TORCH_MODULE(MobileNetV2);

inline MobileNetV2 mobilenet_v2() {
  MobileNetV2 net;
  const tealight::NoGradGuard off;
  for (auto& p : net->named_parameters()) {
    if (p.value().dim() == 4) p.item.mul_(std::sqrt(6.0));  // keeps the signal's size through ReLU
    if (p.value().dim() == 1 && p.key().starts_with("features"))
      p.key().ends_with("weight") ? p.item.uniform_(0.3, 0.7) : p.item.uniform_(0, 0.5);
  }
  for (int step = 0; step < 20; ++step) net->forward(torch::rand({2, 3, 64, 64}));  // statistics
  return net;
}

}  // namespace tealight::models

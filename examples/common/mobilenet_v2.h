// MobileNetV2 for the lessons on export: its weights are random, of the sizes that training leaves,
// statistics of the batch norms included: the lessons compare numbers, they do not look at
// pictures.
#pragma once
#include <tealight/nn/state_dict.h>
#include <tealight/vision.h>
#include <torch/torch.h>

namespace lesson {

inline std::shared_ptr<tealight::models::Classifier> mobilenet_v2() {
  const auto net = tealight::models::mobilenet_v2();
  const torch::NoGradGuard off;
  for (auto& p : net->named_parameters()) {
    torch::Tensor& t = p.value();
    if (t.dim() == 4) torch::nn::init::kaiming_uniform_(t);  // keeps the signal's size through ReLU
    if (t.dim() == 1 && p.key().starts_with("features"))
      p.key().ends_with("weight") ? t.uniform_(0.3, 0.7) : t.uniform_(0, 0.5);
  }
  for (int step = 0; step < 20; ++step) net->forward(torch::rand({2, 3, 64, 64}));  // statistics
  return net;
}

}  // namespace lesson

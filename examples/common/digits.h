// Handwritten digits for the lessons: scikit-learn's small set, as digits.py writes it.
#pragma once
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/lesson.h"

namespace lesson {

struct Digits {
  torch::Tensor images, labels;            // (N, 1, size, size) in 0..1, and N classes
  torch::Tensor test_images, test_labels;  // held out
};

/// A fifth is held out, chosen by a fixed seed.
inline Digits digits(const Run& run, int64_t size) {
  auto set = tealight::read_weights(run.file("digits.npz"));
  torch::Tensor images = set.at(0).second, labels = set.at(1).second;
  if (images.scalar_type() == torch::kLong) std::swap(images, labels);
  if (size != images.size(-1))
    images =
        torch::nn::functional::interpolate(images, torch::nn::functional::InterpolateFuncOptions()
                                                       .size(std::vector<int64_t>{size, size})
                                                       .mode(torch::kBilinear)
                                                       .align_corners(false));
  torch::manual_seed(0);
  const torch::Tensor order = torch::randperm(images.size(0));
  const int64_t n_test = images.size(0) / 5;
  const torch::Tensor test = order.slice(0, 0, n_test), train = order.slice(0, n_test);
  return {images.index_select(0, train), labels.index_select(0, train),
          images.index_select(0, test), labels.index_select(0, test)};
}

/// Calls step(images, labels) for shuffled batches of one epoch.
template <class Step>
void for_each_batch(const torch::Tensor& images, const torch::Tensor& labels, int64_t batch,
                    const Step& step) {
  const torch::Tensor order = torch::randperm(images.size(0));
  for (int64_t i = 0; i < images.size(0); i += batch) {
    const torch::Tensor part = order.slice(0, i, std::min(i + batch, images.size(0)));
    step(images.index_select(0, part), labels.index_select(0, part));
  }
}

}  // namespace lesson

// The handwritten digits of MNIST, or others in its IDX files.
#pragma once
#include <string>

#include "tealight/loader/dataset.h"

namespace torch::data::datasets {

/// `root` holds train-images-idx3-ubyte, train-labels-idx1-ubyte and t10k-...: pictures (1, 28, 28)
/// in 0..1 and labels of int64.
class TL_API MNIST : public Dataset<MNIST> {
 public:
  enum class Mode { kTrain, kTest };
  explicit MNIST(const std::string& root, Mode mode = Mode::kTrain);
  Example<> get(size_t index) override;
  std::optional<size_t> size() const override;
  bool is_train() const noexcept { return mode_ == Mode::kTrain; }
  const Tensor& images() const { return images_; }    // (N, 1, 28, 28)
  const Tensor& targets() const { return targets_; }  // (N)

 private:
  Mode mode_;
  Tensor images_, targets_;
};

}  // namespace torch::data::datasets

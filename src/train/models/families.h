// One function for each family of classifiers: the registry's entries call them.
#pragma once
#include "tealight/models/classifier.h"
#include "train/models/blocks.h"

namespace tealight::models {

/// What most families are: layers under "features", the mean over the picture, layers under
/// "classifier".
class PooledClassifier : public Classifier {
 public:
  PooledClassifier(const Layers& features, const Layers& classifier, std::string head_layer);
  Tensor features(Tensor pictures) override { return pooled(features_->forward(pictures)); }
  Tensor head(Tensor x) override { return classifier_->forward(x); }

 private:
  Stack features_, classifier_;
};

struct ResNetOptions {
  bool bottleneck = true;
  int64_t groups = 1, width_per_group = 64;
  bool dilate_last_two = false;  // for segmentation: the picture is not made smaller there
};
std::shared_ptr<Classifier> mobilenet_v2(int64_t classes);
std::shared_ptr<Classifier> resnet(const std::vector<int64_t>& blocks, int64_t classes,
                                   const ResNetOptions&);
std::shared_ptr<Classifier> squeezenet(bool version_1_1, int64_t classes);

}  // namespace tealight::models

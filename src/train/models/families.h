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
struct RegNetOptions {
  int64_t depth, width;  // blocks, and channels of the first
  double slope, step;
  int64_t group_width;
  double squeeze = 0;  // Y: channels that squeeze and excitation keeps
};
struct ViTOptions {
  int64_t patch, layers, heads, features, hidden, picture = 224;
};
struct SwinOptions {
  int64_t features, third_stage, heads, window;
  double drop;
  bool v2 = false;
};

using Net = std::shared_ptr<Classifier>;
Net alexnet(int64_t classes);
Net convnext(int64_t width, int64_t third_stage, double drop, int64_t classes);
Net densenet(int64_t growth, const std::vector<int64_t>& blocks, int64_t channels, int64_t classes);
Net efficientnet(double width, double depth, double drop, bool large, int64_t classes);
Net efficientnet_v2(char size, int64_t classes);
Net googlenet(int64_t classes);
Net inception_v3(int64_t classes);
Net mnasnet(double alpha, int64_t classes);
Net mobilenet_v1(int64_t classes);
Net mobilenet_v2(int64_t classes);
Net mobilenet_v3(bool large, int64_t classes);
Net regnet(const RegNetOptions&, int64_t classes);
Net resnet(const std::vector<int64_t>& blocks, int64_t classes, const ResNetOptions&);
Net shufflenet_v2(const std::vector<int64_t>& channels, int64_t classes);
Net squeezenet(bool version_1_1, int64_t classes);
Net swin(const SwinOptions&, int64_t classes);
Net vgg(IntArrayRef configuration, bool batch_norms, int64_t classes);
Net vit(const ViTOptions&, int64_t classes);

}  // namespace tealight::models

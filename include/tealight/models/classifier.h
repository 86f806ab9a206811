// What the networks of the zoo that name pictures have in common: a backbone that makes features,
// and a head that makes scores of them.
//   auto net = tealight::models::create("mobilenet_v2", {.weights = "mobilenet_v2-b0353104.pth"});
//   tealight::models::reset_head(*net, 2, {.freeze_rest = true});
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tealight/nn.h"

namespace tealight::models {

struct Options {
  int64_t num_classes = 1000;
  /// Empty: drawn at random as the network's authors did. "imagenet": what PyTorch's own cache
  /// holds. Otherwise a file, or a folder that holds it under torchvision's name.
  std::string weights = {};
};

/// forward(x) is head(features(x)). `features` may be kept and used again: nothing of them is
/// random in eval mode, and nothing that reset_head() leaves to train comes before them.
class TL_API Classifier : public nn::Module {
 public:
  Tensor forward(Tensor pictures) { return head(features(std::move(pictures))); }
  virtual Tensor features(Tensor pictures) = 0;
  virtual Tensor head(Tensor features) = 0;
  /// The scores, followed in training mode by those of auxiliary heads (GoogLeNet, Inception).
  virtual std::vector<Tensor> outputs(Tensor pictures) { return {forward(std::move(pictures))}; }

  /// The path of the last layer, whose outputs are the classes ("classifier.1"), and of those of
  /// auxiliary heads after it.
  const std::vector<std::string>& head_layers() const { return head_layers_; }
  const std::string& architecture() const { return architecture_; }
  int64_t input_size() const { return input_size_; }  // pixels a side that the weights are made for
  int64_t num_classes() const;
  /// False after reset_head(freeze_rest): the backbone stays in eval mode, as do its statistics.
  bool trains_backbone() const { return trains_backbone_; }
  void set_trains_backbone(bool);

  void train(bool on = true) override;
  std::shared_ptr<nn::Module> clone(const std::optional<Device>& = std::nullopt) const override;

 protected:
  explicit Classifier(std::vector<std::string> head_layers)
      : head_layers_(std::move(head_layers)) {}

 private:
  /// The weights are those that were trained on ImageNet by others.
  virtual void use_imagenet_weights() {}
  friend TL_API std::shared_ptr<Classifier> create(const std::string&, const Options&);
  std::vector<std::string> head_layers_;
  std::string architecture_;
  int64_t input_size_ = 224;
  bool trains_backbone_ = true;
};

/// A network by its name in torchvision: "resnet18".
TL_API std::shared_ptr<Classifier> create(const std::string& name, const Options& = {});
/// All names that create() takes.
TL_API std::vector<std::string> names();

struct HeadOptions {
  bool freeze_rest = false;       // only the new layers have gradients
  bool train_statistics = false;  // frozen batch norms go on averaging in training mode
};
/// Gives the last layer `classes` outputs and new weights. The layer itself is changed, so whoever
/// holds it (the member, the registry) sees the same. Make optimizers afterwards.
TL_API void reset_head(Classifier&, int64_t classes, const HeadOptions& = {});

}  // namespace tealight::models

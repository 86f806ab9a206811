// A small network of 3-D convolutions for clips.
#include "tealight/models/sequences.h"
#include "train/models/blocks.h"

namespace tealight::models {
namespace {

void add(Layers& layers, int64_t in, int64_t out, IntArrayRef stride) {
  append(
      layers,
      {AnyModule(nn::Conv3d(
           nn::Conv3dOptions(in, out, 3).stride(ExpandingArray<3>(stride)).padding(1).bias(false))),
       AnyModule(nn::BatchNorm3d(out)), activation(Act::relu)});
}

class Net : public VideoNet {
 public:
  Net(int64_t classes, int64_t width) {
    Layers layers;
    add(layers, 3, width, {1, 2, 2});
    for (int stage = 0; stage < 3; ++stage, width *= 2) {
      Layers same;
      add(same, width, width, {1, 1, 1});
      layers.push_back(layer<Residual>("block", same, true));
      add(layers, width, 2 * width, {2, 2, 2});
    }
    features_ = register_module("features", sequential(layers));
    fc_ = register_module("fc", nn::Linear(width, classes));
  }
  Tensor forward(Tensor clips) override { return fc_(features_->forward(clips).mean({2, 3, 4})); }

 private:
  Stack features_{nullptr};
  nn::Linear fc_{nullptr};
};

}  // namespace

std::shared_ptr<VideoNet> video_net(int64_t classes, int64_t width) {
  return std::make_shared<Net>(classes, width);
}

}  // namespace tealight::models

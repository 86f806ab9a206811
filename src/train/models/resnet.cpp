// ResNet (He et al. 2015, with the stride in the 3x3 convolution), ResNeXt and wide ResNets.
#include "train/models/resnet.h"

namespace tealight::models {
namespace {

struct Shape {
  int64_t in, planes, stride, dilation, groups, width;
};

/// Branch of two or three convolutions, whose result is added to the input: conv1, bn1, conv2, ...
struct Block : nn::Module {
  Block(const Shape& s, bool bottleneck, bool downsampled) {
    int64_t out = s.planes * (bottleneck ? 4 : 1);
    if (bottleneck) {
      add(s.in, s.width, {});
      add(s.width, s.width,
          {.kernel = 3,
           .stride = s.stride,
           .padding = s.dilation,
           .dilation = s.dilation,
           .groups = s.groups});
      add(s.width, out, {});
    } else {
      add(s.in, out, {.kernel = 3, .stride = s.stride, .padding = 1});
      add(out, out, {.kernel = 3, .padding = 1});
    }
    if (downsampled) {
      downsample = register_module(
          "downsample",
          sequential({conv(s.in, out, {.stride = s.stride, .bias = false}), batch_norm(out)}));
    }
  }
  Tensor forward(Tensor x) {
    Tensor y = x;
    for (size_t i = 0; i < convs.size(); ++i) {
      y = norms[i](convs[i](y));
      if (i + 1 < convs.size()) y = relu(y);
    }
    return relu(y + (downsample ? downsample->forward(x) : x));
  }

 private:
  void add(int64_t in, int64_t out, Conv c) {
    std::string number = std::to_string(convs.size() + 1);
    c.bias = false;
    convs.push_back(register_module("conv" + number, conv2d(in, out, c)));
    norms.push_back(register_module("bn" + number, batch_norm2d(out)));
  }
  std::vector<nn::Conv2d> convs;
  std::vector<nn::BatchNorm2d> norms;
  Stack downsample{nullptr};
};

}  // namespace

ResNetBody::ResNetBody(nn::Module& owner, const std::vector<int64_t>& blocks,
                       const ResNetOptions& options)
    : conv1(owner.register_module(
          "conv1", conv2d(3, 64, {.kernel = 7, .stride = 2, .padding = 3, .bias = false}))),
      bn1(owner.register_module("bn1", batch_norm2d(64))) {
  int64_t in = 64, dilation = 1;
  for (size_t i = 0; i < 4; ++i) {
    int64_t planes = int64_t{64} << i, stride = i == 0 ? 1 : 2, before = dilation;
    if (options.dilate_last_two && i >= 2) dilation *= std::exchange(stride, 1);
    int64_t out = planes * (options.bottleneck ? 4 : 1);
    int64_t width = planes * options.width_per_group / 64 * options.groups;
    Layers stage;
    for (int64_t block = 0; block < blocks[i]; ++block) {
      Shape shape{
          in,   planes, block == 0 ? stride : 1, block == 0 ? before : dilation, options.groups,
          width};
      stage.push_back(
          layer<Block>(shape, options.bottleneck, block == 0 && (stride != 1 || in != out)));
      in = out;
    }
    stages.push_back(owner.register_module("layer" + std::to_string(i + 1), sequential(stage)));
  }
  out_channels = in;
}
std::vector<Tensor> ResNetBody::stage_outputs(Tensor x) {
  x = max_pool2d(relu(bn1(conv1(x))), {3, 3}, {2, 2}, {1, 1});
  std::vector<Tensor> all;
  for (auto& stage : stages) all.push_back(x = stage->forward(x));
  return all;
}

namespace {

class ResNet : public Classifier {
 public:
  ResNet(const std::vector<int64_t>& blocks, int64_t classes, const ResNetOptions& options)
      : Classifier({"fc"}),
        body_(*this, blocks, options),
        fc_(register_module("fc", nn::Linear(body_.out_channels, classes))) {
    init_he(*this);
  }
  Tensor features(Tensor x) override { return pooled(body_.stage_outputs(x).back()); }
  Tensor head(Tensor x) override { return fc_(x); }

 private:
  ResNetBody body_;
  nn::Linear fc_;
};

}  // namespace

Net resnet(const std::vector<int64_t>& blocks, int64_t classes, const ResNetOptions& options) {
  return std::make_shared<ResNet>(blocks, classes, options);
}

}  // namespace tealight::models

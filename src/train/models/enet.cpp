// ENet (Paszke et al. 2016): bottlenecks with PReLU, and decoders that unpool by the encoder's
// indices.
#include "train/models/segmentation.h"

namespace tealight::models {
namespace {

AnyModule act(bool prelu) { return prelu ? AnyModule(nn::PReLU()) : activation(Act::relu); }
void add(Layers& layers, AnyModule convolution, int64_t channels, bool prelu) {
  append(layers, {std::move(convolution), batch_norm(channels), act(prelu)});
}

/// How a bottleneck looks in its middle.
struct Middle {
  int64_t dilation = 1;
  bool asymmetric = false;  // 5x1, then 1x5
};

AnyModule conv_5x1(int64_t channels, bool vertical) {
  std::vector<int64_t> kernel = {vertical ? 5 : 1, vertical ? 1 : 5};
  std::vector<int64_t> padding = {vertical ? 2 : 0, vertical ? 0 : 2};
  return AnyModule(
      nn::Conv2d(nn::Conv2dOptions(channels, channels, ExpandingArray<2>(IntArrayRef(kernel)))
                     .padding(ExpandingArray<2>(IntArrayRef(padding)))
                     .bias(false)));
}

struct Bottleneck : nn::Module {
  Bottleneck(int64_t channels, Middle middle, double drop, bool prelu) {
    int64_t inner = channels / 4;
    Layers layers;
    add(layers, conv(channels, inner, {.bias = false}), inner, prelu);
    if (middle.asymmetric) {
      add(layers, conv_5x1(inner, true), inner, prelu);
      add(layers, conv_5x1(inner, false), inner, prelu);
    } else {
      add(layers,
          conv(inner, inner,
               {.kernel = 3,
                .padding = middle.dilation,
                .dilation = middle.dilation,
                .bias = false}),
          inner, prelu);
    }
    add(layers, conv(inner, channels, {.bias = false}), channels, prelu);
    layers.push_back(AnyModule(nn::Dropout2d(drop)));
    branch = register_module("branch", sequential(layers));
    out = act(prelu);
    register_module("out", out.ptr());
  }
  Tensor forward(Tensor x) { return out.forward(x + branch->forward(x)); }
  Stack branch{nullptr};
  AnyModule out;
};

struct Down : nn::Module {
  Down(int64_t in, int64_t channels, double drop) : added(channels - in) {
    int64_t inner = in / 4;
    Layers layers;
    add(layers, conv(in, inner, {.kernel = 2, .stride = 2, .bias = false}), inner, true);
    add(layers, conv(inner, inner, {.kernel = 3, .padding = 1, .bias = false}), inner, true);
    add(layers, conv(inner, channels, {.bias = false}), channels, true);
    layers.push_back(AnyModule(nn::Dropout2d(drop)));
    branch = register_module("branch", sequential(layers));
    out = register_module("out", nn::PReLU());
  }
  /// The result, and where the greatest of each four were.
  std::pair<Tensor, Tensor> run(const Tensor& x) {
    auto [main, indices] = max_pool2d_with_indices(x, {2, 2}, {2, 2});
    main = constant_pad_nd(main, {0, 0, 0, 0, 0, added});
    return {out(main + branch->forward(x)), indices};
  }
  int64_t added;
  Stack branch{nullptr};
  nn::PReLU out{nullptr};
};

struct Up : nn::Module {
  Up(int64_t in, int64_t channels, double drop) {
    int64_t inner = in / 4;
    main = register_module("main",
                           sequential({conv(in, channels, {.bias = false}), batch_norm(channels)}));
    Layers layers;
    add(layers, conv(in, inner, {.bias = false}), inner, false);
    add(layers,
        AnyModule(
            nn::ConvTranspose2d(nn::ConvTranspose2dOptions(inner, inner, 2).stride(2).bias(false))),
        inner, false);
    append(layers, {conv(inner, channels, {.bias = false}), batch_norm(channels),
                    AnyModule(nn::Dropout2d(drop))});
    branch = register_module("branch", sequential(layers));
  }
  Tensor run(const Tensor& x, const Tensor& indices, IntArrayRef size) {
    Tensor unpooled = max_unpool2d(main->forward(x), indices, size);
    return relu(unpooled + branch->forward(x));
  }
  Stack main{nullptr}, branch{nullptr};
};

class ENet : public Segmenter {
 public:
  explicit ENet(int64_t classes) {
    initial_ = register_module(
        "initial", conv2d(3, 13, {.kernel = 3, .stride = 2, .padding = 1, .bias = false}));
    initial_norm_ = register_module("initial_norm", batch_norm2d(16));
    initial_act_ = register_module("initial_act", nn::PReLU());
    down1_ = register_module("down1", std::make_shared<Down>(16, 64, 0.01));
    Layers first;
    for (int i = 0; i < 4; ++i) first.push_back(layer<Bottleneck>(64, Middle{}, 0.01, true));
    stage1_ = register_module("stage1", sequential(first));
    down2_ = register_module("down2", std::make_shared<Down>(64, 128, 0.1));
    stage2_ = register_module("stage2", sequential(middle_stage()));
    stage3_ = register_module("stage3", sequential(middle_stage()));
    up4_ = register_module("up4", std::make_shared<Up>(128, 64, 0.1));
    stage4_ = register_module("stage4", sequential({layer<Bottleneck>(64, Middle{}, 0.1, false),
                                                    layer<Bottleneck>(64, Middle{}, 0.1, false)}));
    up5_ = register_module("up5", std::make_shared<Up>(64, 16, 0.1));
    stage5_ = register_module("stage5", sequential({layer<Bottleneck>(16, Middle{}, 0.1, false)}));
    full_ = register_module("full", nn::ConvTranspose2d(nn::ConvTranspose2dOptions(16, classes, 3)
                                                            .stride(2)
                                                            .padding(1)
                                                            .output_padding(1)
                                                            .bias(false)));
  }
  std::vector<Tensor> outputs(Tensor x) override {
    TL_CHECK(x.size(2) % 8 == 0 && x.size(3) % 8 == 0,
             "enet: height and width must be multiples of 8, but are ", x.size(2), " and ",
             x.size(3), "; resize or pad the picture");
    x = cat({initial_(x), max_pool2d(x, {2, 2}, {2, 2})}, 1);
    Tensor half = initial_act_(initial_norm_(x));
    auto [quarter, indices1] = down1_->run(half);
    quarter = stage1_->forward(quarter);
    auto [eighth, indices2] = down2_->run(quarter);
    eighth = stage3_->forward(stage2_->forward(eighth));
    x = stage4_->forward(up4_->run(eighth, indices2, quarter.sizes().slice(2)));
    x = stage5_->forward(up5_->run(x, indices1, half.sizes().slice(2)));
    return {full_(x)};
  }

 private:
  static Layers middle_stage() {
    constexpr Middle kMiddles[] = {{}, {2}, {1, true}, {4}, {}, {8}, {1, true}, {16}};
    Layers layers;
    for (Middle middle : kMiddles) layers.push_back(layer<Bottleneck>(128, middle, 0.1, true));
    return layers;
  }
  nn::Conv2d initial_{nullptr};
  nn::BatchNorm2d initial_norm_{nullptr};
  nn::PReLU initial_act_{nullptr};
  std::shared_ptr<Down> down1_, down2_;
  Stack stage1_{nullptr}, stage2_{nullptr}, stage3_{nullptr}, stage4_{nullptr}, stage5_{nullptr};
  std::shared_ptr<Up> up4_, up5_;
  nn::ConvTranspose2d full_{nullptr};
};

}  // namespace

std::shared_ptr<Segmenter> enet(const SegmenterOptions& options) {
  return std::make_shared<ENet>(options.num_classes);
}

}  // namespace tealight::models

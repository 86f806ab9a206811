// GoogLeNet (Szegedy et al. 2014) with batch norms and two auxiliary heads.
#include "train/models/inception_blocks.h"

namespace tealight::models {

Tensor to_unit_range(const Tensor& pictures) {
  auto by_channel = [&](std::vector<float> values) {
    return tensor(values).to(pictures.dtype()).view({1, 3, 1, 1});
  };
  return pictures * by_channel({0.229f / 0.5f, 0.224f / 0.5f, 0.225f / 0.5f}) +
         by_channel({-0.015f / 0.5f, -0.044f / 0.5f, -0.094f / 0.5f});
}

namespace {

struct Branches {
  int64_t ch1, reduce3, ch3, reduce5, ch5, pool;
};

struct InceptionBlock : nn::Module {
  InceptionBlock(int64_t in, const Branches& b)
      : branch1(register_module("branch1", std::make_shared<BasicConv2d>(in, b.ch1))),
        branch2(register_module("branch2",
                                sequential({layer<BasicConv2d>(in, b.reduce3),
                                            layer<BasicConv2d>(b.reduce3, b.ch3, 3, 1, 1)}))),
        // 3x3 where the paper has 5x5: the weights are made so.
        branch3(register_module("branch3",
                                sequential({layer<BasicConv2d>(in, b.reduce5),
                                            layer<BasicConv2d>(b.reduce5, b.ch5, 3, 1, 1)}))),
        branch4(register_module("branch4", sequential({max_pool(3, 1, 1, /*ceil_mode=*/true),
                                                       layer<BasicConv2d>(in, b.pool)}))) {}
  Tensor forward(Tensor x) {
    return cat({branch1->forward(x), branch2->forward(x), branch3->forward(x), branch4->forward(x)},
               1);
  }
  std::shared_ptr<BasicConv2d> branch1;
  Stack branch2, branch3, branch4;
};

struct AuxiliaryHead : nn::Module {
  AuxiliaryHead(int64_t in, int64_t classes)
      : conv(register_module("conv", std::make_shared<BasicConv2d>(in, 128))),
        fc1(register_module("fc1", nn::Linear(2048, 1024))),
        fc2(register_module("fc2", nn::Linear(1024, classes))),
        drop(register_module("dropout", nn::Dropout(0.7))) {}
  Tensor forward(Tensor x) {
    x = conv->forward(adaptive_avg_pool2d(x, {4, 4}));
    return fc2(drop(relu(fc1(flatten(x, 1)))));
  }
  std::shared_ptr<BasicConv2d> conv;
  nn::Linear fc1, fc2;
  nn::Dropout drop;
};

constexpr struct {
  const char* name;
  Branches branches;
} kBlocks[] = {{"3a", {64, 96, 128, 16, 32, 32}},     {"3b", {128, 128, 192, 32, 96, 64}},
               {"4a", {192, 96, 208, 16, 48, 64}},    {"4b", {160, 112, 224, 24, 64, 64}},
               {"4c", {128, 128, 256, 24, 64, 64}},   {"4d", {112, 144, 288, 32, 64, 64}},
               {"4e", {256, 160, 320, 32, 128, 128}}, {"5a", {256, 160, 320, 32, 128, 128}},
               {"5b", {384, 192, 384, 48, 128, 128}}};

Tensor pool(const Tensor& x, int64_t kernel) {
  return max_pool2d(x, {kernel, kernel}, {2, 2}, {0, 0}, {1, 1}, /*ceil_mode=*/true);
}

class GoogLeNet : public Classifier {
 public:
  explicit GoogLeNet(int64_t classes) : Classifier({"fc", "aux1.fc2", "aux2.fc2"}) {
    conv1_ = register_module("conv1", std::make_shared<BasicConv2d>(3, 64, 7, 2, 3));
    conv2_ = register_module("conv2", std::make_shared<BasicConv2d>(64, 64));
    conv3_ = register_module("conv3", std::make_shared<BasicConv2d>(64, 192, 3, 1, 1));
    int64_t in = 192;
    for (const auto& [name, b] : kBlocks) {
      blocks_.push_back(register_module(std::string("inception") + name,
                                        std::make_shared<InceptionBlock>(in, b)));
      in = b.ch1 + b.ch3 + b.ch5 + b.pool;
    }
    aux1_ = register_module("aux1", std::make_shared<AuxiliaryHead>(512, classes));
    aux2_ = register_module("aux2", std::make_shared<AuxiliaryHead>(528, classes));
    dropout_ = register_module("dropout", nn::Dropout(0.2));
    fc_ = register_module("fc", nn::Linear(in, classes));
    init_truncated(*this, 0.01);
  }
  Tensor features(Tensor x) override { return run(x, nullptr); }
  Tensor head(Tensor x) override { return fc_(dropout_(x)); }
  std::vector<Tensor> outputs(Tensor x) override {
    std::vector<Tensor> auxiliary;
    Tensor scores = head(run(x, is_training() ? &auxiliary : nullptr));
    auxiliary.insert(auxiliary.begin(), scores);
    return auxiliary;
  }

 private:
  void use_imagenet_weights() override { unit_range_ = true; }
  Tensor run(Tensor x, std::vector<Tensor>* auxiliary) {
    if (unit_range_) x = to_unit_range(x);
    x = conv2_->forward(pool(conv1_->forward(x), 3));
    x = pool(conv3_->forward(x), 3);
    for (size_t i = 0; i < blocks_.size(); ++i) {
      x = blocks_[i]->forward(x);
      if (i == 1) x = pool(x, 3);                                        // 3b
      if (i == 2 && auxiliary) auxiliary->push_back(aux1_->forward(x));  // 4a
      if (i == 5 && auxiliary) auxiliary->push_back(aux2_->forward(x));  // 4d
      if (i == 6) x = pool(x, 2);                                        // 4e
    }
    return pooled(x);
  }
  bool unit_range_ = false;
  std::shared_ptr<BasicConv2d> conv1_, conv2_, conv3_;
  std::vector<std::shared_ptr<InceptionBlock>> blocks_;
  std::shared_ptr<AuxiliaryHead> aux1_, aux2_;
  nn::Dropout dropout_{nullptr};
  nn::Linear fc_{nullptr};
};

}  // namespace

Net googlenet(int64_t classes) { return std::make_shared<GoogLeNet>(classes); }

}  // namespace tealight::models

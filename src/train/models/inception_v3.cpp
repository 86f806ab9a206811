// Inception v3 (Szegedy et al. 2015), with its auxiliary head. The blocks are tables of branches.
#include "train/models/inception_blocks.h"

namespace tealight::models {
namespace {

enum class Pool { none, average, max };
/// A convolution of a branch: padded to keep the size, or with stride 2 and no padding.
struct Step {
  std::string name;
  int64_t out, height, width, stride = 1;
};
struct Branch {
  std::vector<Step> steps;
  Pool pool = Pool::none;           // before the steps
  std::vector<Step> together = {};  // after them, side by side
};
using Block = std::vector<Branch>;

Block block_a(int64_t pool_features) {
  return {
      {{{"branch1x1", 64, 1, 1}}},
      {{{"branch5x5_1", 48, 1, 1}, {"branch5x5_2", 64, 5, 5}}},
      {{{"branch3x3dbl_1", 64, 1, 1}, {"branch3x3dbl_2", 96, 3, 3}, {"branch3x3dbl_3", 96, 3, 3}}},
      {{{"branch_pool", pool_features, 1, 1}}, Pool::average}};
}
Block block_b() {
  return {{{{"branch3x3", 384, 3, 3, 2}}},
          {{{"branch3x3dbl_1", 64, 1, 1},
            {"branch3x3dbl_2", 96, 3, 3},
            {"branch3x3dbl_3", 96, 3, 3, 2}}},
          {{}, Pool::max}};
}
Block block_c(int64_t c7) {
  return {{{{"branch1x1", 192, 1, 1}}},
          {{{"branch7x7_1", c7, 1, 1}, {"branch7x7_2", c7, 1, 7}, {"branch7x7_3", 192, 7, 1}}},
          {{{"branch7x7dbl_1", c7, 1, 1},
            {"branch7x7dbl_2", c7, 7, 1},
            {"branch7x7dbl_3", c7, 1, 7},
            {"branch7x7dbl_4", c7, 7, 1},
            {"branch7x7dbl_5", 192, 1, 7}}},
          {{{"branch_pool", 192, 1, 1}}, Pool::average}};
}
Block block_d() {
  return {{{{"branch3x3_1", 192, 1, 1}, {"branch3x3_2", 320, 3, 3, 2}}},
          {{{"branch7x7x3_1", 192, 1, 1},
            {"branch7x7x3_2", 192, 1, 7},
            {"branch7x7x3_3", 192, 7, 1},
            {"branch7x7x3_4", 192, 3, 3, 2}}},
          {{}, Pool::max}};
}
Block block_e() {
  return {{{{"branch1x1", 320, 1, 1}}},
          {{{"branch3x3_1", 384, 1, 1}},
           Pool::none,
           {{"branch3x3_2a", 384, 1, 3}, {"branch3x3_2b", 384, 3, 1}}},
          {{{"branch3x3dbl_1", 448, 1, 1}, {"branch3x3dbl_2", 384, 3, 3}},
           Pool::none,
           {{"branch3x3dbl_3a", 384, 1, 3}, {"branch3x3dbl_3b", 384, 3, 1}}},
          {{{"branch_pool", 192, 1, 1}}, Pool::average}};
}

struct Mixed : nn::Module {
  Mixed(int64_t in, const Block& block) {
    for (const Branch& branch : block) {
      Built built{branch.pool, {}, {}};
      int64_t channels = in;
      for (const Step& step : branch.steps) {
        built.steps.push_back(make(channels, step));
        channels = step.out;
      }
      for (const Step& step : branch.together) built.together.push_back(make(channels, step));
      branches.push_back(std::move(built));
      out += branch.together.empty() ? channels : 2 * channels;
    }
  }
  Tensor forward(Tensor x) {
    std::vector<Tensor> all;
    for (auto& branch : branches) {
      Tensor y = x;
      if (branch.pool == Pool::average) y = avg_pool2d(y, {3, 3}, {1, 1}, {1, 1});
      if (branch.pool == Pool::max) y = max_pool2d(y, {3, 3}, {2, 2});
      for (auto& step : branch.steps) y = step->forward(y);
      for (auto& step : branch.together) all.push_back(step->forward(y));
      if (branch.together.empty()) all.push_back(y);
    }
    return cat(all, 1);
  }
  int64_t out = 0;

 private:
  using Convs = std::vector<std::shared_ptr<BasicConv2d>>;
  struct Built {
    Pool pool;
    Convs steps, together;
  };
  std::shared_ptr<BasicConv2d> make(int64_t in, const Step& s) {
    bool same = s.stride == 1;
    std::vector<int64_t> kernel = {s.height, s.width};
    std::vector<int64_t> padding = {same ? s.height / 2 : 0, same ? s.width / 2 : 0};
    return register_module(s.name, std::make_shared<BasicConv2d>(in, s.out, IntArrayRef(kernel),
                                                                 s.stride, IntArrayRef(padding)));
  }
  std::vector<Built> branches;
};

struct AuxLogits : nn::Module {
  explicit AuxLogits(int64_t classes)
      : conv0(register_module("conv0", std::make_shared<BasicConv2d>(768, 128))),
        conv1(register_module("conv1", std::make_shared<BasicConv2d>(128, 768, 5))),
        fc(register_module("fc", nn::Linear(768, classes))) {}
  Tensor forward(Tensor x) {
    return fc(pooled(conv1->forward(conv0->forward(avg_pool2d(x, {5, 5}, {3, 3})))));
  }
  std::shared_ptr<BasicConv2d> conv0, conv1;
  nn::Linear fc;
};

class Inception3 : public Classifier {
 public:
  explicit Inception3(int64_t classes) : Classifier({"fc", "AuxLogits.fc"}) {
    add_conv("Conv2d_1a_3x3", 3, 32, 3, 2, 0);
    add_conv("Conv2d_2a_3x3", 32, 32, 3, 1, 0);
    add_conv("Conv2d_2b_3x3", 32, 64, 3, 1, 1);
    add_conv("Conv2d_3b_1x1", 64, 80, 1, 1, 0);
    add_conv("Conv2d_4a_3x3", 80, 192, 3, 1, 0);
    const std::pair<const char*, Block> blocks[] = {
        {"Mixed_5b", block_a(32)},  {"Mixed_5c", block_a(64)},  {"Mixed_5d", block_a(64)},
        {"Mixed_6a", block_b()},    {"Mixed_6b", block_c(128)}, {"Mixed_6c", block_c(160)},
        {"Mixed_6d", block_c(160)}, {"Mixed_6e", block_c(192)}, {"Mixed_7a", block_d()},
        {"Mixed_7b", block_e()},    {"Mixed_7c", block_e()}};
    int64_t in = 192;
    for (const auto& [name, block] : blocks) {
      mixed_.push_back(register_module(name, std::make_shared<Mixed>(in, block)));
      in = mixed_.back()->out;
    }
    aux_ = register_module("AuxLogits", std::make_shared<AuxLogits>(classes));
    dropout_ = register_module("dropout", nn::Dropout(0.5));
    fc_ = register_module("fc", nn::Linear(in, classes));
    init_truncated(*this, 0.1);
  }
  Tensor features(Tensor x) override { return run(x, nullptr); }
  Tensor head(Tensor x) override { return fc_(dropout_(x)); }
  std::vector<Tensor> outputs(Tensor x) override {
    Tensor auxiliary;
    Tensor scores = head(run(x, is_training() ? &auxiliary : nullptr));
    return auxiliary.defined() ? std::vector<Tensor>{scores, auxiliary}
                               : std::vector<Tensor>{scores};
  }

 private:
  void use_imagenet_weights() override { unit_range_ = true; }
  void add_conv(const char* name, int64_t in, int64_t out, int64_t kernel, int64_t stride,
                int64_t padding) {
    convs_.push_back(
        register_module(name, std::make_shared<BasicConv2d>(in, out, kernel, stride, padding)));
  }
  Tensor run(Tensor x, Tensor* auxiliary) {
    if (unit_range_) x = to_unit_range(x);
    for (size_t i = 0; i < convs_.size(); ++i) {
      x = convs_[i]->forward(x);
      if (i == 2 || i == 4) x = max_pool2d(x, {3, 3}, {2, 2});
    }
    for (size_t i = 0; i < mixed_.size(); ++i) {
      x = mixed_[i]->forward(x);
      if (i == 7 && auxiliary) *auxiliary = aux_->forward(x);  // after Mixed_6e
    }
    return pooled(x);
  }
  bool unit_range_ = false;
  std::vector<std::shared_ptr<BasicConv2d>> convs_;
  std::vector<std::shared_ptr<Mixed>> mixed_;
  std::shared_ptr<AuxLogits> aux_;
  nn::Dropout dropout_{nullptr};
  nn::Linear fc_{nullptr};
};

}  // namespace

Net inception_v3(int64_t classes) { return std::make_shared<Inception3>(classes); }

}  // namespace tealight::models

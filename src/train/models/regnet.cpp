// RegNet X and Y (Radosavovic et al. 2020): widths of the blocks follow a quantized line.
#include <cmath>

#include "train/models/families.h"

namespace tealight::models {
namespace {

struct RegBlock : nn::Module {
  RegBlock(int64_t in, int64_t out, int64_t stride, int64_t group_width, double squeeze) {
    if (in != out || stride != 1) {
      proj = register_module("proj",
                             conv_norm(in, out, {.kernel = 1, .stride = stride, .act = Act::none}));
    }
    std::vector<std::pair<std::string, AnyModule>> parts = {
        {"a", any(conv_norm(in, out, {.kernel = 1}))},
        {"b", any(conv_norm(out, out, {.stride = stride, .groups = out / group_width}))}};
    if (squeeze > 0) {
      // Python's round(): half to even.
      auto squeezed = static_cast<int64_t>(std::nearbyint(squeeze * static_cast<double>(in)));
      parts.emplace_back("se", layer<SqueezeExcitation>(out, squeezed));
    }
    parts.emplace_back("c", any(conv_norm(out, out, {.kernel = 1, .act = Act::none})));
    f = register_module("f", sequential(parts));
  }
  Tensor forward(Tensor x) { return relu((proj ? proj->forward(x) : x) + f->forward(x)); }
  Stack proj{nullptr}, f{nullptr};
};

struct Stages {
  std::vector<int64_t> widths, depths;
};
Stages stages_of(const RegNetOptions& o) {
  Stages stages;
  for (int64_t i = 0; i < o.depth; ++i) {
    // In float, as PyTorch computes it.
    float width = static_cast<float>(i) * static_cast<float>(o.slope) + static_cast<float>(o.width);
    float power = std::nearbyint(std::log(width / static_cast<float>(o.width)) /
                                 static_cast<float>(std::log(o.step)));
    float scaled = static_cast<float>(o.width) * std::pow(static_cast<float>(o.step), power);
    int64_t quantized = static_cast<int64_t>(std::nearbyint(scaled / 8)) * 8;
    if (stages.widths.empty() || stages.widths.back() != quantized) {
      stages.widths.push_back(quantized);
      stages.depths.push_back(0);
    }
    ++stages.depths.back();
  }
  return stages;
}

class RegNet : public Classifier {
 public:
  RegNet(const RegNetOptions& options, int64_t classes)
      : Classifier({"fc"}), stem_(register_module("stem", conv_norm(3, 32, {.stride = 2}))) {
    Stages stages = stages_of(options);
    std::vector<std::pair<std::string, AnyModule>> trunk;
    int64_t in = 32;
    for (size_t i = 0; i < stages.widths.size(); ++i) {
      std::string number = std::to_string(i + 1);
      int64_t group_width = std::min(options.group_width, stages.widths[i]);
      int64_t out = make_divisible(static_cast<double>(stages.widths[i]), group_width);
      std::vector<std::pair<std::string, AnyModule>> blocks;
      for (int64_t block = 0; block < stages.depths[i]; ++block) {
        blocks.emplace_back(
            "block" + number + "-" + std::to_string(block),
            layer<RegBlock>(in, out, block == 0 ? 2 : 1, group_width, options.squeeze));
        in = out;
      }
      trunk.emplace_back("block" + number, any(sequential(blocks)));
    }
    trunk_ = register_module("trunk_output", sequential(trunk));
    fc_ = register_module("fc", nn::Linear(in, classes));
    init_he(*this, 0.01);
  }
  Tensor features(Tensor x) override { return pooled(trunk_->forward(stem_->forward(x))); }
  Tensor head(Tensor x) override { return fc_(x); }

 private:
  Stack stem_, trunk_{nullptr};
  nn::Linear fc_{nullptr};
};

}  // namespace

Net regnet(const RegNetOptions& options, int64_t classes) {
  return std::make_shared<RegNet>(options, classes);
}

}  // namespace tealight::models

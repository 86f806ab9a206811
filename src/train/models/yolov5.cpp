// See yolov5.h. Layers are numbered as in the checkpoints: model.0 to model.24.
#include "tealight/models/yolov5.h"

#include <algorithm>
#include <cmath>

#include "train/models/blocks.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

constexpr Norm kNorm = {.eps = 1e-3, .momentum = 0.03};

struct ConvSilu : nn::Module {
  ConvSilu(int64_t in, int64_t out, int64_t kernel = 1, int64_t stride = 1, int64_t padding = -1)
      : conv(register_module("conv", conv2d(in, out,
                                            {.kernel = kernel,
                                             .stride = stride,
                                             .padding = padding < 0 ? kernel / 2 : padding,
                                             .bias = false}))),
        bn(register_module("bn", batch_norm2d(out, kNorm))) {}
  Tensor forward(Tensor x) { return silu(bn(conv(x))); }
  nn::Conv2d conv;
  nn::BatchNorm2d bn;
};
using ConvPtr = std::shared_ptr<ConvSilu>;

struct Bottleneck : nn::Module {
  Bottleneck(int64_t channels, bool add)
      : cv1(register_module("cv1", std::make_shared<ConvSilu>(channels, channels))),
        cv2(register_module("cv2", std::make_shared<ConvSilu>(channels, channels, 3))),
        add(add) {}
  Tensor forward(Tensor x) {
    Tensor y = cv2->forward(cv1->forward(x));
    return add ? x + y : y;
  }
  ConvPtr cv1, cv2;
  bool add;
};

/// Half of the channels through bottlenecks, half past them.
struct C3 : nn::Module {
  C3(int64_t in, int64_t out, int64_t count, bool add)
      : cv1(register_module("cv1", std::make_shared<ConvSilu>(in, out / 2))),
        cv2(register_module("cv2", std::make_shared<ConvSilu>(in, out / 2))),
        cv3(register_module("cv3", std::make_shared<ConvSilu>(out / 2 * 2, out))) {
    Layers layers;
    for (int64_t i = 0; i < count; ++i) layers.push_back(layer<Bottleneck>(out / 2, add));
    m = register_module("m", sequential(layers));
  }
  Tensor forward(Tensor x) {
    return cv3->forward(cat({m->forward(cv1->forward(x)), cv2->forward(x)}, 1));
  }
  ConvPtr cv1, cv2, cv3;
  Stack m{nullptr};
};

/// Poolings of three sizes, by one after another.
struct SPPF : nn::Module {
  SPPF(int64_t in, int64_t out)
      : cv1(register_module("cv1", std::make_shared<ConvSilu>(in, in / 2))),
        cv2(register_module("cv2", std::make_shared<ConvSilu>(in / 2 * 4, out))) {}
  Tensor forward(Tensor x) {
    std::vector<Tensor> all = {cv1->forward(x)};
    for (int i = 0; i < 3; ++i) all.push_back(max_pool2d(all.back(), {5, 5}, {1, 1}, {2, 2}));
    return cv2->forward(cat(all, 1));
  }
  ConvPtr cv1, cv2;
};

constexpr float kAnchors[3][6] = {
    {10, 13, 16, 30, 33, 23}, {30, 61, 62, 45, 59, 119}, {116, 90, 156, 198, 373, 326}};
constexpr int64_t kStrides[] = {8, 16, 32};

struct Detect : nn::Module {
  Detect(const std::vector<int64_t>& channels, int64_t classes) : columns(classes + 5) {
    Layers layers;
    for (int64_t c : channels) layers.push_back(conv(c, 3 * columns));
    heads = register_module("m", sequential(layers));
    std::vector<Tensor> sizes;
    for (int level = 0; level < 3; ++level) {
      std::vector<float> numbers(std::begin(kAnchors[level]), std::end(kAnchors[level]));
      sizes.push_back(tensor(numbers).view({3, 2}) / static_cast<double>(kStrides[level]));
    }
    anchors = register_buffer("anchors", stack(sizes));  // in cells of the map
  }
  std::vector<Tensor> maps(const std::vector<Tensor>& features) {
    std::vector<Tensor> all;
    for (size_t level = 0; level < 3; ++level) {
      Tensor x = heads[level]->as<nn::Conv2d>()->forward(features[level]);
      all.push_back(x.view({x.size(0), 3, columns, x.size(2), x.size(3)})
                        .permute({0, 1, 3, 4, 2})
                        .contiguous());
    }
    return all;
  }
  Tensor rows(const std::vector<Tensor>& maps) {
    std::vector<Tensor> all;
    for (size_t level = 0; level < 3; ++level) {
      const Tensor& x = maps[level];
      int64_t height = x.size(2), width = x.size(3);
      auto stride = static_cast<double>(kStrides[level]);
      Tensor column = arange(width, x.options()).expand({height, width});
      Tensor row = arange(height, x.options()).unsqueeze(1).expand({height, width});
      Tensor grid = tealight::stack({column, row}, 2).unsqueeze(0) - 0.5;
      Tensor size = (anchors.select(0, static_cast<int64_t>(level)) * stride).view({3, 1, 1, 2});
      Tensor y = sigmoid(x);
      Tensor centre = (y.slice(-1, 0, 2) * 2 + grid) * stride;
      Tensor extent = (y.slice(-1, 2, 4) * 2).pow(2) * size;
      all.push_back(cat({centre, extent, y.slice(-1, 4)}, -1).view({x.size(0), -1, columns}));
    }
    return cat(all, 1);
  }
  int64_t columns;
  Stack heads{nullptr};
  Tensor anchors;
};

struct Scale {
  const char* name;
  double depth, width;
};
constexpr Scale kScales[] = {{"yolov5n", 0.33, 0.25},
                             {"yolov5s", 0.33, 0.5},
                             {"yolov5m", 0.67, 0.75},
                             {"yolov5l", 1, 1},
                             {"yolov5x", 1.33, 1.25}};

class Net : public YoloV5 {
 public:
  Net(const Scale& scale, int64_t classes) {
    auto wide = [&](int64_t channels) {
      return static_cast<int64_t>(std::ceil(static_cast<double>(channels) * scale.width / 8)) * 8;
    };
    auto deep = [&](int64_t count) {
      return std::max<int64_t>(
          1, static_cast<int64_t>(std::nearbyint(static_cast<double>(count) * scale.depth)));
    };
    int64_t c64 = wide(64), c128 = wide(128), c256 = wide(256), c512 = wide(512),
            c1024 = wide(1024);
    add<ConvSilu>(0, 3, c64, 6, 2, 2);
    add<ConvSilu>(1, c64, c128, 3, 2);
    add<C3>(2, c128, c128, deep(3), true);
    add<ConvSilu>(3, c128, c256, 3, 2);
    add<C3>(4, c256, c256, deep(6), true);
    add<ConvSilu>(5, c256, c512, 3, 2);
    add<C3>(6, c512, c512, deep(9), true);
    add<ConvSilu>(7, c512, c1024, 3, 2);
    add<C3>(8, c1024, c1024, deep(3), true);
    add<SPPF>(9, c1024, c1024);
    add<ConvSilu>(10, c1024, c512);
    add<C3>(13, 2 * c512, c512, deep(3), false);
    add<ConvSilu>(14, c512, c256);
    add<C3>(17, 2 * c256, c256, deep(3), false);
    add<ConvSilu>(18, c256, c256, 3, 2);
    add<C3>(20, 2 * c256, c512, deep(3), false);
    add<ConvSilu>(21, c512, c512, 3, 2);
    add<C3>(23, 2 * c512, c1024, deep(3), false);
    detect_ = std::make_shared<Detect>(std::vector<int64_t>{c256, c512, c1024}, classes);
    model_->register_module("24", detect_);
    register_module("model", model_);
  }

  std::vector<Tensor> maps(Tensor x) override {
    TL_CHECK(
        x.dim() == 4 && x.size(2) % 32 == 0 && x.size(3) % 32 == 0,
        "yolov5: pictures must be (N, 3, H, W) with multiples of 32 for H and W, but have sizes ",
        x.sizes(), "; letterbox them first");
    x = run({0, 1, 2, 3, 4}, x);
    Tensor map8 = x;
    x = run({5, 6}, x);
    Tensor map16 = x;
    Tensor top32 = run({7, 8, 9, 10}, x);
    Tensor top16 = run({13, 14}, cat({twice(top32), map16}, 1));
    Tensor out8 = run({17}, cat({twice(top16), map8}, 1));
    Tensor out16 = run({20}, cat({run({18}, out8), top16}, 1));
    Tensor out32 = run({23}, cat({run({21}, out16), top32}, 1));
    return detect_->maps({out8, out16, out32});
  }
  Tensor forward(Tensor x) override { return detect_->rows(maps(x)); }

 private:
  struct Numbered : nn::Module {};
  template <class Module, class... Args>
  void add(int number, Args... args) {
    auto module = std::make_shared<Module>(args...);
    model_->register_module(std::to_string(number), module);
    layers_[number] = AnyModule(module);
  }
  Tensor run(std::initializer_list<int> numbers, Tensor x) {
    for (int number : numbers) x = layers_[number].forward(x);
    return x;
  }
  static Tensor twice(const Tensor& x) {
    return upsample_nearest2d(x, std::vector<int64_t>{2 * x.size(2), 2 * x.size(3)});
  }
  std::shared_ptr<Numbered> model_ = std::make_shared<Numbered>();
  AnyModule layers_[24];
  std::shared_ptr<Detect> detect_;
};

/// Exported models have the batch norm in the convolution: it becomes one that only adds the bias.
/// What holds the layers may have a name: "m.model.0.conv.weight".
StateDict unfold_batch_norms(const StateDict& state) {
  StateDict all;
  for (const auto& [path, value] : state) {
    std::string name = path.substr(std::min(path.find("model."), path.size()));
    if (!name.ends_with(".conv.bias")) {
      all.emplace_back(name, value);
      continue;
    }
    std::string bn = name.substr(0, name.size() - 9) + "bn.";
    Tensor bias = value.to(kFloat);
    all.emplace_back(bn + "weight", full_like(bias, std::sqrt(1 + kNorm.eps)));
    all.emplace_back(bn + "bias", bias);
    all.emplace_back(bn + "running_mean", zeros_like(bias));
    all.emplace_back(bn + "running_var", ones_like(bias));
  }
  return all;
}

}  // namespace

std::shared_ptr<YoloV5> create_yolov5(const std::string& name, const YoloOptions& options) {
  for (const Scale& scale : kScales) {
    if (name != scale.name) continue;
    auto net = std::make_shared<Net>(scale, options.num_classes);
    if (!options.weights.empty()) {
      auto path = find_pretrained(name, "", options.weights).path;
      StateDict state = unfold_batch_norms(read_published(path));
      std::erase_if(state, [](const auto& item) {  // what older versions kept
        return item.first.ends_with("anchor_grid") || item.first.ends_with(".stride") ||
               item.first.find(".grid") != std::string::npos;
      });
      load_weights(*net, state, options.weights);
    }
    return net;
  }
  TL_CHECK(false, "models: no detector is called \"", name,
           "\". There are: yolov5n yolov5s yolov5m yolov5l yolov5x");
}

}  // namespace tealight::models

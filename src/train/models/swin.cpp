// Swin transformer (Liu et al. 2021) and version 2: attention in windows that shift by half.
#include <cmath>

#include "train/models/attention.h"
#include "train/models/families.h"

namespace tealight::models {
namespace {

using Sizes = std::vector<int64_t>;

/// Which entry of the table of biases each pair of a window's places takes.
Tensor relative_index(int64_t window) {
  Tensor row = arange(window).unsqueeze(1).expand({window, window}).reshape({-1});
  Tensor column = arange(window).repeat({window});
  Tensor rows = row.unsqueeze(1) - row.unsqueeze(0) + (window - 1);
  Tensor columns = column.unsqueeze(1) - column.unsqueeze(0) + (window - 1);
  return (rows * (2 * window - 1) + columns).flatten();
}
/// Distances in a window, on a logarithmic scale: (1, 2w - 1, 2w - 1, 2).
Tensor log_distances(int64_t window) {
  Tensor d = arange(1 - window, window).to(kFloat) / static_cast<double>(window - 1) * 8;
  d = d.sign() * d.abs().add(1).log2() / 3;
  int64_t n = 2 * window - 1;
  return stack({d.unsqueeze(1).expand({n, n}), d.unsqueeze(0).expand({n, n})}, 2).unsqueeze(0);
}

/// (N, H, W, C) -> (N * windows, window * window, C)
Tensor windows_of(const Tensor& x, int64_t window) {
  auto s = x.sizes();
  return x.view({s[0], s[1] / window, window, s[2] / window, window, s[3]})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape({-1, window * window, s[3]});
}
Tensor join(const Tensor& windows, const Sizes& sizes, int64_t window) {
  return windows.view({sizes[0], sizes[1] / window, sizes[2] / window, window, window, sizes[3]})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape(sizes);
}

/// -100 between places of a shifted window that are no neighbours in the picture.
Tensor shift_mask(const Tensor& like, int64_t height, int64_t width, int64_t window, Sizes shift) {
  auto parts = [&](int64_t size, int64_t by) {
    Tensor part = zeros({size}, like.options());
    part.slice(0, size - window).fill_(1);
    if (by > 0) part.slice(0, size - by).fill_(2);
    return part;
  };
  Tensor part = parts(height, shift[0]).unsqueeze(1) * 3 + parts(width, shift[1]).unsqueeze(0);
  Tensor windows = windows_of(part.view({1, height, width, 1}), window).squeeze(-1);
  Tensor apart = windows.unsqueeze(1) != windows.unsqueeze(2);
  return zeros(apart.sizes(), like.options()).masked_fill_(apart, -100);
}

struct WindowAttention : nn::Module {
  WindowAttention(int64_t features, int64_t heads, int64_t window, int64_t shift, bool v2)
      : heads(heads), window(window), shift(shift) {
    if (v2) {
      logit_scale = register_parameter("logit_scale", full({heads, 1, 1}, 10.0).log());
    } else {
      int64_t n = 2 * window - 1;
      table = register_parameter("relative_position_bias_table", empty({n * n, heads}));
      nn::init::normal_(table, 0, 0.02);
    }
    qkv = register_module("qkv", nn::Linear(features, 3 * features));
    proj = register_module("proj", nn::Linear(features, features));
    if (v2) {
      distances = register_buffer("relative_coords_table", log_distances(window));
      cpb = register_module(
          "cpb_mlp",
          sequential({linear(2, 512), activation(Act::relu),
                      AnyModule(nn::Linear(nn::LinearOptions(512, heads).bias(false)))}));
    }
    index = register_buffer("relative_position_index", relative_index(window));
  }

  Tensor forward(Tensor x) {
    int64_t height = x.size(1), width = x.size(2);
    int64_t below = (window - height % window) % window, right = (window - width % window) % window;
    x = constant_pad_nd(x, {0, 0, 0, right, 0, below});
    Sizes padded = x.sizes().vec();
    Sizes by = {window >= padded[1] ? 0 : shift, window >= padded[2] ? 0 : shift};
    bool shifted = by[0] + by[1] > 0;
    if (shifted) x = roll(x, {-by[0], -by[1]}, {1, 2});
    Tensor mask = shifted ? shift_mask(x, padded[1], padded[2], window, by) : Tensor();
    x = join(attention(windows_of(x, window), mask), padded, window);
    if (shifted) x = roll(x, by, {1, 2});
    return x.slice(1, 0, height).slice(2, 0, width).contiguous();
  }

 private:
  Tensor attention(const Tensor& x, const Tensor& mask) {
    int64_t n = x.size(0), length = x.size(1), features = x.size(2);
    Tensor all = linear(x, qkv->weight, qkv_bias())
                     .reshape({n, length, 3, heads, features / heads})
                     .permute({2, 0, 3, 1, 4});
    Tensor bias = position_bias().view({length, length, heads}).permute({2, 0, 1}).unsqueeze(0);
    Tensor q = all.select(0, 0), k = all.select(0, 1), v = all.select(0, 2);
    if (mask.defined()) {  // (windows, 1, length, length), for each picture
      bias = (bias + mask.unsqueeze(1)).repeat({n / mask.size(0), 1, 1, 1});
    }
    Tensor y;
    if (logit_scale.defined()) {
      Tensor scale = logit_scale.clamp_max(std::log(100.0)).exp();
      Tensor scores = matmul(unit(q), unit(k).transpose(-2, -1)) * scale + bias;
      y = matmul(scores.softmax(-1), v);
    } else {
      y = attend(q, k, v, bias);
    }
    return proj(y.transpose(1, 2).reshape({n, length, features}));
  }
  static Tensor unit(const Tensor& x) {
    return x / x.norm(2, {-1}, /*keepdim=*/true).clamp_min(1e-12);
  }
  /// Version 2 has none for the keys.
  Tensor qkv_bias() {
    if (!logit_scale.defined()) return qkv->bias;
    auto parts = qkv->bias.chunk(3);
    return cat({parts[0], zeros_like(parts[1]), parts[2]});
  }
  Tensor position_bias() {
    Tensor places = index.to(kLong);  // to(kDouble) of a module changes integers, too
    if (table.defined()) return table.index_select(0, places);
    return sigmoid(cpb->forward(distances).view({-1, heads}).index_select(0, places)) * 16;
  }

  int64_t heads, window, shift;
  Tensor logit_scale, table, distances, index;
  nn::Linear qkv{nullptr}, proj{nullptr};
  Stack cpb{nullptr};
};

struct SwinBlock : nn::Module {
  SwinBlock(int64_t features, int64_t heads, int64_t window, int64_t shift, bool v2, double drop)
      : norm1(register_module("norm1", layer_norm(features, 1e-5))),
        attn(register_module(
            "attn", std::make_shared<WindowAttention>(features, heads, window, shift, v2))),
        norm2(register_module("norm2", layer_norm(features, 1e-5))),
        feed(register_module("mlp", mlp(features, 4 * features))),
        depth(register_module("stochastic_depth", std::make_shared<StochasticDepth>(drop))),
        norm_after(v2) {}
  Tensor forward(Tensor x) {
    Tensor y = norm_after ? norm1(attn->forward(x)) : attn->forward(norm1(x));
    x = x + depth->forward(y);
    y = norm_after ? norm2(feed->forward(x)) : feed->forward(norm2(x));
    return x + depth->forward(y);
  }
  nn::LayerNorm norm1;
  std::shared_ptr<WindowAttention> attn;
  nn::LayerNorm norm2;
  Stack feed;
  std::shared_ptr<StochasticDepth> depth;
  bool norm_after;
};

/// Four neighbours become one place of twice the features.
struct PatchMerging : nn::Module {
  PatchMerging(int64_t features, bool v2)
      : reduction(register_module(
            "reduction", nn::Linear(nn::LinearOptions(4 * features, 2 * features).bias(false)))),
        norm(register_module("norm", layer_norm((v2 ? 2 : 4) * features, 1e-5))),
        norm_after(v2) {}
  Tensor forward(Tensor x) {
    x = constant_pad_nd(x, {0, 0, 0, x.size(2) % 2, 0, x.size(1) % 2});
    auto every_other = [&](int64_t row, int64_t column) {
      return x.slice(1, row, std::nullopt, 2).slice(2, column, std::nullopt, 2);
    };
    x = cat({every_other(0, 0), every_other(1, 0), every_other(0, 1), every_other(1, 1)}, -1);
    return norm_after ? norm(reduction(x)) : reduction(norm(x));
  }
  nn::Linear reduction;
  nn::LayerNorm norm;
  bool norm_after;
};

class Swin : public Classifier {
 public:
  Swin(const SwinOptions& o, int64_t classes) : Classifier({"head"}) {
    const int64_t depths[] = {2, 2, o.third_stage, 2};
    const auto last = static_cast<double>(o.third_stage + 5);
    int64_t features = o.features, done = 0;
    Layers layers = {any(
        sequential({conv(3, features, {.kernel = 4, .stride = 4}),
                    layer<Permute>(Sizes{0, 2, 3, 1}), AnyModule(layer_norm(features, 1e-5))}))};
    for (int stage = 0; stage < 4; ++stage) {
      Layers blocks;
      for (int64_t i = 0; i < depths[stage]; ++i) {
        blocks.push_back(layer<SwinBlock>(features, o.heads << stage, o.window,
                                          i % 2 ? o.window / 2 : 0, o.v2,
                                          o.drop * static_cast<double>(done++) / last));
      }
      layers.push_back(any(sequential(blocks)));
      if (stage == 3) break;
      layers.push_back(layer<PatchMerging>(features, o.v2));
      features *= 2;
    }
    features_ = register_module("features", sequential(layers));
    norm_ = register_module("norm", layer_norm(features, 1e-5));
    head_ = register_module("head", nn::Linear(features, classes));
    for (auto& module : modules(/*include_self=*/false)) {
      auto* l = module->as<nn::Linear>();
      if (!l) continue;
      nn::init::normal_(l->weight, 0, 0.02);
      if (l->bias.defined()) nn::init::zeros_(l->bias);
    }
  }
  Tensor features(Tensor x) override {
    return pooled(norm_(features_->forward(x)).permute({0, 3, 1, 2}));
  }
  Tensor head(Tensor x) override { return head_(x); }

 private:
  Stack features_{nullptr};
  nn::LayerNorm norm_{nullptr};
  nn::Linear head_{nullptr};
};

}  // namespace

Net swin(const SwinOptions& options, int64_t classes) {
  return std::make_shared<Swin>(options, classes);
}

}  // namespace tealight::models

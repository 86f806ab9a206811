// AnimeGANv2's generator (Chen et al. 2020).
#include "tealight/models/generators.h"
#include "train/models/blocks.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

struct Kind {
  int64_t kernel = 3, stride = 1, groups = 1;
  bool bias = false;
};
AnyModule group_norm(int64_t channels) {
  return AnyModule(nn::GroupNorm(nn::GroupNormOptions(1, channels)));
}
/// Padded by reflection: on all sides, or below and on the right where the size is halved.
Stack conv_norm_act(int64_t in, int64_t out, Kind k = {}) {
  int64_t pad = k.kernel / 2, before = k.stride == 2 ? 0 : pad;
  return sequential(
      {AnyModule(nn::ReflectionPad2d(nn::ReflectionPad2dOptions({before, pad, before, pad}))),
       conv(in, out, {.kernel = k.kernel, .stride = k.stride, .groups = k.groups, .bias = k.bias}),
       group_norm(out), activation(Act::leaky)});
}
AnyModule inverted_residual(int64_t in, int64_t out) {
  int64_t hidden = 2 * in;
  return layer<Residual>(
      "layers",
      Layers{any(conv_norm_act(in, hidden, {.kernel = 1})),
             any(conv_norm_act(hidden, hidden, {.groups = hidden, .bias = true})),
             conv(hidden, out, {.bias = false}), group_norm(out)},
      in == out);
}

class Net : public AnimeGan {
 public:
  Net() {
    auto plain = [](int64_t in, int64_t out, Kind k = {}) {
      return any(conv_norm_act(in, out, k));
    };
    a_ = register_module("block_a", sequential({plain(3, 32, {.kernel = 7}),
                                                plain(32, 64, {.stride = 2}), plain(64, 64)}));
    b_ = register_module("block_b", sequential({plain(64, 128, {.stride = 2}), plain(128, 128)}));
    c_ = register_module(
        "block_c",
        sequential({plain(128, 128), inverted_residual(128, 256), inverted_residual(256, 256),
                    inverted_residual(256, 256), inverted_residual(256, 256), plain(256, 128)}));
    d_ = register_module("block_d", sequential({plain(128, 128), plain(128, 128)}));
    e_ = register_module("block_e",
                         sequential({plain(128, 64), plain(64, 64), plain(64, 32, {.kernel = 7})}));
    out_ = register_module("out_layer",
                           sequential({conv(32, 3, {.bias = false}), activation(Act::tanh)}));
  }
  Tensor forward(Tensor x) override {
    Tensor half = a_->forward(x);
    Tensor y = c_->forward(b_->forward(half));
    y = d_->forward(resize(y, half));
    return out_->forward(e_->forward(resize(y, x)));
  }

 private:
  static Tensor resize(const Tensor& x, const Tensor& like) {
    return upsample_bilinear2d(x, like.sizes().slice(2), /*align_corners=*/true);
  }
  Stack a_{nullptr}, b_{nullptr}, c_{nullptr}, d_{nullptr}, e_{nullptr}, out_{nullptr};
};

}  // namespace

std::shared_ptr<AnimeGan> animegan_v2(const std::string& weights) {
  auto net = std::make_shared<Net>();
  if (!weights.empty()) load_weights(*net, find_pretrained("animegan_v2", "", weights).path);
  return net;
}

}  // namespace tealight::models

// Vision transformer (Dosovitskiy et al. 2020).
#include <cmath>

#include "train/models/attention.h"
#include "train/models/families.h"

namespace tealight::models {
namespace {

struct EncoderBlock : nn::Module {
  EncoderBlock(int64_t features, int64_t heads, int64_t hidden)
      : ln_1(register_module("ln_1", layer_norm(features, 1e-6))),
        self_attention(
            register_module("self_attention", std::make_shared<SelfAttention>(features, heads))),
        ln_2(register_module("ln_2", layer_norm(features, 1e-6))),
        feed(register_module("mlp", mlp(features, hidden))) {}
  Tensor forward(Tensor x) {
    x = x + self_attention->forward(ln_1(x));
    return x + feed->forward(ln_2(x));
  }
  nn::LayerNorm ln_1;
  std::shared_ptr<SelfAttention> self_attention;
  nn::LayerNorm ln_2;
  Stack feed;
};

struct Encoder : nn::Module {
  Encoder(int64_t length, const ViTOptions& o)
      : pos_embedding(register_parameter("pos_embedding", empty({1, length, o.features}))) {
    nn::init::normal_(pos_embedding, 0, 0.02);
    std::vector<std::pair<std::string, AnyModule>> blocks;
    for (int64_t i = 0; i < o.layers; ++i) {
      blocks.emplace_back("encoder_layer_" + std::to_string(i),
                          layer<EncoderBlock>(o.features, o.heads, o.hidden));
    }
    layers = register_module("layers", sequential(blocks));
    ln = register_module("ln", layer_norm(o.features, 1e-6));
  }
  Tensor forward(Tensor x) { return ln(layers->forward(x + pos_embedding)); }
  Tensor pos_embedding;
  Stack layers{nullptr};
  nn::LayerNorm ln{nullptr};
};

class VisionTransformer : public Classifier {
 public:
  VisionTransformer(const ViTOptions& o, int64_t classes)
      : Classifier({"heads.head"}),
        class_token_(register_parameter("class_token", zeros({1, 1, o.features}))),
        conv_proj_(register_module("conv_proj",
                                   conv2d(3, o.features, {.kernel = o.patch, .stride = o.patch}))),
        encoder_(register_module(
            "encoder",
            std::make_shared<Encoder>((o.picture / o.patch) * (o.picture / o.patch) + 1, o))),
        heads_(register_module("heads", sequential({{"head", linear(o.features, classes)}}))),
        picture_(o.picture) {
    auto fan_in = static_cast<double>(3 * o.patch * o.patch);
    nn::init::normal_(conv_proj_->weight, 0, std::sqrt(1 / fan_in));
    nn::init::zeros_(conv_proj_->bias);
    for (auto& parameter : heads_->parameters()) nn::init::zeros_(parameter);
  }
  Tensor features(Tensor x) override {
    TL_CHECK(x.dim() == 4 && x.size(2) == picture_ && x.size(3) == picture_,
             "vit: pictures must be (N, 3, ", picture_, ", ", picture_, "), but have sizes ",
             x.sizes(), "; resize them first");
    x = conv_proj_(x).flatten(2).transpose(1, 2);  // (N, patches, features)
    Tensor token = class_token_.expand({x.size(0), -1, -1});
    return encoder_->forward(cat({token, x}, 1)).select(1, 0);
  }
  Tensor head(Tensor x) override { return heads_->forward(x); }

 private:
  Tensor class_token_;
  nn::Conv2d conv_proj_;
  std::shared_ptr<Encoder> encoder_;
  Stack heads_;
  int64_t picture_;
};

}  // namespace

Net vit(const ViTOptions& options, int64_t classes) {
  return std::make_shared<VisionTransformer>(options, classes);
}

}  // namespace tealight::models

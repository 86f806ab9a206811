// Speech to letters: convolutions over the samples, a transformer over the frames.
#include "tealight/models/sequences.h"
#include "train/models/attention.h"

namespace tealight::models {
namespace {

/// Batch and sound (N, channels, samples): first layer normalized over time, each channel for
/// itself.
struct SoundLayer : nn::Module {
  SoundLayer(int64_t in, int64_t out, int64_t kernel, int64_t stride, bool normed)
      : conv(register_module(
            "conv", nn::Conv1d(nn::Conv1dOptions(in, out, kernel).stride(stride).bias(false)))) {
    if (!normed) return;
    norm = register_module("layer_norm", nn::GroupNorm(nn::GroupNormOptions(out, out)));
  }
  Tensor forward(Tensor x) {
    x = conv(x);
    return gelu(norm ? norm(x) : x);
  }
  nn::Conv1d conv;
  nn::GroupNorm norm{nullptr};
};

struct EncoderLayer : nn::Module {
  explicit EncoderLayer(const SpeechOptions& o)
      : attention(
            register_module("attention", std::make_shared<SelfAttention>(o.features, o.heads))),
        norm1(register_module("layer_norm", layer_norm(o.features, 1e-5))),
        feed(register_module("feed_forward", mlp(o.features, o.hidden, 0.1))),
        norm2(register_module("final_layer_norm", layer_norm(o.features, 1e-5))) {}
  Tensor forward(Tensor x) {
    x = norm1(x + attention->forward(x));
    return norm2(x + feed->forward(x));
  }
  std::shared_ptr<SelfAttention> attention;
  nn::LayerNorm norm1;
  Stack feed;
  nn::LayerNorm norm2;
};

class Net : public SpeechRecognizer {
 public:
  explicit Net(const SpeechOptions& o) {
    constexpr int64_t kKernels[] = {10, 3, 3, 3, 3, 2, 2};
    Layers sound, encoder;
    int64_t in = 1;
    for (int64_t kernel : kKernels) {
      bool first = in == 1;
      sound.push_back(layer<SoundLayer>(in, o.channels, kernel, first ? 5 : 2, first));
      in = o.channels;
    }
    feature_extractor_ = register_module("feature_extractor", sequential(sound));
    feature_norm_ = register_module("feature_norm", layer_norm(o.channels, 1e-5));
    projection_ = register_module("projection", nn::Linear(o.channels, o.features));
    // Where a frame stands is told by its neighbours.
    position_ = register_module(
        "position",
        nn::Conv1d(nn::Conv1dOptions(o.features, o.features, 31).padding(15).groups(16)));
    norm_ = register_module("layer_norm", layer_norm(o.features, 1e-5));
    for (int64_t i = 0; i < o.layers; ++i) encoder.push_back(layer<EncoderLayer>(o));
    encoder_ = register_module("encoder", sequential(encoder));
    lm_head_ = register_module("lm_head", nn::Linear(o.features, o.letters));
  }
  Tensor forward(Tensor sound) override {
    Tensor x = feature_extractor_->forward(sound.unsqueeze(1)).transpose(1, 2);
    x = projection_(feature_norm_(x));
    x = norm_(x + gelu(position_(x.transpose(1, 2))).transpose(1, 2));
    return lm_head_(encoder_->forward(x));
  }

 private:
  Stack feature_extractor_{nullptr}, encoder_{nullptr};
  nn::LayerNorm feature_norm_{nullptr}, norm_{nullptr};
  nn::Linear projection_{nullptr}, lm_head_{nullptr};
  nn::Conv1d position_{nullptr};
};

}  // namespace

std::shared_ptr<SpeechRecognizer> speech_recognizer(const SpeechOptions& options) {
  return std::make_shared<Net>(options);
}

}  // namespace tealight::models

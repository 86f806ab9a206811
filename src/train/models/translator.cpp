// Translation: an encoder that reads, and a decoder that looks back at what was read.
#include "tealight/models/sequences.h"
#include "tealight/nn/modules/embedding.h"
#include "tealight/nn/modules/rnn.h"
#include "train/models/blocks.h"

namespace tealight::models {
namespace {

nn::GRU gru(int64_t in, int64_t features) {
  return nn::GRU(nn::GRUOptions(in, features).batch_first(true));
}

struct Encoder : nn::Module {
  Encoder(int64_t words, int64_t features)
      : embedding(register_module("embedding", nn::Embedding(words, features))),
        rnn(register_module("gru", gru(features, features))),
        drop(register_module("dropout", nn::Dropout(0.1))) {}
  /// States of all words (N, S, features), and the last one (1, N, features).
  std::tuple<Tensor, Tensor> run(const Tensor& words) { return rnn(drop(embedding(words))); }
  nn::Embedding embedding;
  nn::GRU rnn;
  nn::Dropout drop;
};

struct Attention : nn::Module {
  explicit Attention(int64_t features)
      : Wa(register_module("Wa", nn::Linear(features, features))),
        Ua(register_module("Ua", nn::Linear(features, features))),
        Va(register_module("Va", nn::Linear(features, 1))) {}
  /// How much to look at each word, (N, 1, S), from the decoder's state (N, 1, features).
  Tensor run(const Tensor& state, const Tensor& read) {
    return softmax(Va(tanh(Wa(state) + Ua(read))).transpose(1, 2), -1);
  }
  nn::Linear Wa, Ua, Va;
};

struct Decoder : nn::Module {
  struct Step {
    Tensor scores, state, looks;
  };
  Decoder(int64_t words, int64_t features)
      : embedding(register_module("embedding", nn::Embedding(words, features))),
        attention(register_module("attention", std::make_shared<Attention>(features))),
        rnn(register_module("gru", gru(2 * features, features))),
        out(register_module("out", nn::Linear(features, words))),
        drop(register_module("dropout", nn::Dropout(0.1))) {}
  Step run(const Tensor& word, const Tensor& state, const Tensor& read) {
    Tensor looks = attention->run(state.transpose(0, 1), read);
    Tensor in = cat({drop(embedding(word)), bmm(looks, read)}, 2);
    auto [result, next] = rnn(in, state);
    return {log_softmax(out(result), -1), next, looks};
  }
  nn::Embedding embedding;
  std::shared_ptr<Attention> attention;
  nn::GRU rnn;
  nn::Linear out;
  nn::Dropout drop;
};

class Net : public Translator {
 public:
  explicit Net(const TranslatorOptions& o)
      : options_(o),
        encoder_(register_module("encoder", std::make_shared<Encoder>(o.source_words, o.features))),
        decoder_(
            register_module("decoder", std::make_shared<Decoder>(o.target_words, o.features))) {}

  Tensor forward(Tensor source, Tensor target) override {
    auto [read, state] = encoder_->run(source);
    Tensor word = first(source);
    std::vector<Tensor> all;
    for (int64_t i = 0; i < target.size(1); ++i) {
      auto step = decoder_->run(word, state, read);
      all.push_back(step.scores);
      state = step.state;
      word = target.slice(1, i, i + 1);
    }
    return cat(all, 1);
  }
  std::tuple<Tensor, Tensor> translate(Tensor source, int64_t longest) override {
    NoGradGuard no_grad;
    auto [read, state] = encoder_->run(source);
    Tensor word = first(source), ended = zeros({source.size(0), 1}, kBool);
    std::vector<Tensor> words, looks;
    while (static_cast<int64_t>(words.size()) < longest && !ended.all().item<bool>()) {
      auto step = decoder_->run(word, state, read);
      word = step.scores.argmax(-1);
      state = step.state;
      ended = ended.logical_or(word == options_.last_word);
      words.push_back(word);
      looks.push_back(step.looks);
    }
    return {cat(words, 1), cat(looks, 1)};
  }

 private:
  Tensor first(const Tensor& source) const {
    return full({source.size(0), 1}, options_.first_word, kLong);
  }
  TranslatorOptions options_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<Decoder> decoder_;
};

}  // namespace

std::shared_ptr<Translator> translator(const TranslatorOptions& options) {
  return std::make_shared<Net>(options);
}

}  // namespace tealight::models

// DistilBERT with a head that marks answers.
#include "tealight/models/sequences.h"
#include "tealight/nn/modules/embedding.h"
#include "train/models/attention.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

constexpr double kEps = 1e-12;

struct Embeddings : nn::Module {
  explicit Embeddings(const DistilBertOptions& o)
      : word_embeddings(register_module(
            "word_embeddings",
            nn::Embedding(nn::EmbeddingOptions(o.vocabulary, o.features).padding_idx(0)))),
        position_embeddings(
            register_module("position_embeddings", nn::Embedding(o.positions, o.features))),
        norm(register_module("LayerNorm", layer_norm(o.features, kEps))),
        drop(register_module("dropout", nn::Dropout(0.1))) {}
  Tensor forward(Tensor tokens) {
    Tensor places = arange(tokens.size(1)).unsqueeze(0).expand_as(tokens);
    return drop(norm(word_embeddings(tokens) + position_embeddings(places)));
  }
  nn::Embedding word_embeddings, position_embeddings;
  nn::LayerNorm norm;
  nn::Dropout drop;
};

struct Attention : nn::Module {
  Attention(int64_t features, int64_t heads)
      : heads(heads),
        q_lin(register_module("q_lin", nn::Linear(features, features))),
        k_lin(register_module("k_lin", nn::Linear(features, features))),
        v_lin(register_module("v_lin", nn::Linear(features, features))),
        out_lin(register_module("out_lin", nn::Linear(features, features))) {}
  Tensor run(const Tensor& x, const Tensor& mask) {
    auto split = [&](const Tensor& t) {
      return t.view({t.size(0), t.size(1), heads, t.size(2) / heads}).transpose(1, 2);
    };
    Tensor y = attend(split(q_lin(x)), split(k_lin(x)), split(v_lin(x)), mask);
    return out_lin(y.transpose(1, 2).reshape(x.sizes()));
  }
  int64_t heads;
  nn::Linear q_lin, k_lin, v_lin, out_lin;
};

struct FeedForward : nn::Module {
  FeedForward(int64_t features, int64_t hidden)
      : lin1(register_module("lin1", nn::Linear(features, hidden))),
        lin2(register_module("lin2", nn::Linear(hidden, features))),
        drop(register_module("dropout", nn::Dropout(0.1))) {}
  Tensor forward(Tensor x) { return drop(lin2(gelu(lin1(x)))); }
  nn::Linear lin1, lin2;
  nn::Dropout drop;
};

struct Block : nn::Module {
  explicit Block(const DistilBertOptions& o)
      : attention(register_module("attention", std::make_shared<Attention>(o.features, o.heads))),
        sa_layer_norm(register_module("sa_layer_norm", layer_norm(o.features, kEps))),
        ffn(register_module("ffn", std::make_shared<FeedForward>(o.features, o.hidden))),
        output_layer_norm(register_module("output_layer_norm", layer_norm(o.features, kEps))) {}
  Tensor run(Tensor x, const Tensor& mask) {
    x = sa_layer_norm(attention->run(x, mask) + x);
    return output_layer_norm(ffn->forward(x) + x);
  }
  std::shared_ptr<Attention> attention;
  nn::LayerNorm sa_layer_norm;
  std::shared_ptr<FeedForward> ffn;
  nn::LayerNorm output_layer_norm;
};

struct Group : nn::Module {};  // a name with children

class Net : public QuestionAnswering {
 public:
  explicit Net(const DistilBertOptions& o) {
    auto base = register_module("distilbert", std::make_shared<Group>());
    embeddings_ = base->register_module("embeddings", std::make_shared<Embeddings>(o));
    auto list = base->register_module("transformer", std::make_shared<Group>())
                    ->register_module("layer", std::make_shared<Group>());
    for (int64_t i = 0; i < o.layers; ++i) {
      blocks_.push_back(list->register_module(std::to_string(i), std::make_shared<Block>(o)));
    }
    drop_ = register_module("dropout", nn::Dropout(0.1));
    qa_outputs_ = register_module("qa_outputs", nn::Linear(o.features, 2));
    for (auto& item : named_parameters()) {
      bool factor = item.key().find("orm") != std::string::npos;  // LayerNorm, layer_norm
      if (!factor && item.key().ends_with("weight")) nn::init::normal_(item.value(), 0, 0.02);
    }
  }
  std::tuple<Tensor, Tensor> forward(Tensor tokens, Tensor mask) override {
    Tensor x = embeddings_->forward(tokens);
    Tensor hidden = zeros(mask.sizes(), x.options()).masked_fill_(mask == 0, -1e9);
    hidden = hidden.unsqueeze(1).unsqueeze(1);  // (N, 1, 1, S)
    for (auto& block : blocks_) x = block->run(x, hidden);
    Tensor logits = qa_outputs_(drop_(x));
    return {logits.select(-1, 0), logits.select(-1, 1)};
  }

 private:
  std::shared_ptr<Embeddings> embeddings_;
  std::vector<std::shared_ptr<Block>> blocks_;
  nn::Dropout drop_{nullptr};
  nn::Linear qa_outputs_{nullptr};
};

}  // namespace

std::shared_ptr<QuestionAnswering> distilbert_qa(const DistilBertOptions& options,
                                                 const std::string& weights) {
  auto net = std::make_shared<Net>(options);
  if (!weights.empty()) load_weights(*net, find_pretrained("distilbert_qa", "", weights).path);
  return net;
}

}  // namespace tealight::models

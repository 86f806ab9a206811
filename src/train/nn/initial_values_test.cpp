// Layers and init functions draw the numbers that PyTorch draws for the same seed, and leave the
// generator where PyTorch leaves it: against tests/golden/initial_values.txt.
#include <functional>

#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/golden_lines.h"

namespace torch::nn {
namespace {

template <class Holder, class... A>
std::function<std::shared_ptr<Module>()> layer(A... a) {
  return [=] { return Holder(a...).ptr(); };
}

// Normal numbers come through logarithms and sines, whose last bits depend on the processor.
constexpr double kLastBits = 1e-6;

const std::map<std::string, std::function<std::shared_ptr<Module>()>> kLayers = {
    {"Linear", layer<Linear>(3, 4)},
    {"LinearNoBias", layer<Linear>(LinearOptions(3, 4).bias(false))},
    {"LinearLarge", layer<Linear>(9, 7)},
    {"Bilinear", layer<Bilinear>(2, 3, 4)},
    {"Conv1d", layer<Conv1d>(2, 3, 3)},
    {"Conv2d", layer<Conv2d>(Conv2dOptions(4, 6, {2, 3}).groups(2))},
    {"Conv3d", layer<Conv3d>(Conv3dOptions(1, 2, 2).bias(false))},
    {"ConvTranspose1d", layer<ConvTranspose1d>(2, 3, 3)},
    {"ConvTranspose2d", layer<ConvTranspose2d>(ConvTranspose2dOptions(4, 2, 3).groups(2))},
    {"ConvTranspose3d", layer<ConvTranspose3d>(1, 2, 2)},
    {"BatchNorm2d", layer<BatchNorm2d>(3)},
    {"LayerNorm", layer<LayerNorm>(std::vector<int64_t>{2, 3})},
    {"GroupNorm", layer<GroupNorm>(2, 4)},
    {"PReLU", layer<PReLU>(PReLUOptions().num_parameters(2))},
    {"Embedding", layer<Embedding>(EmbeddingOptions(5, 4).padding_idx(1))},
    {"EmbeddingBag", layer<EmbeddingBag>(5, 4)},
    {"RNN", layer<RNN>(RNNOptions(3, 4).num_layers(2))},
    {"LSTM", layer<LSTM>(LSTMOptions(3, 4).bidirectional(true))},
    {"LSTMProj", layer<LSTM>(LSTMOptions(3, 4).proj_size(2))},
    {"GRU", layer<GRU>(GRUOptions(3, 4).bias(false))},
    {"RNNCell", layer<RNNCell>(3, 4)},
    {"LSTMCell", layer<LSTMCell>(3, 4)},
    {"GRUCell", layer<GRUCell>(3, 4)},
    {"MultiheadAttention",
     layer<MultiheadAttention>(MultiheadAttentionOptions(4, 2).add_bias_kv(true))},
    {"MultiheadAttentionKV",
     layer<MultiheadAttention>(MultiheadAttentionOptions(4, 2).kdim(3).vdim(5))},
    {"TransformerEncoderLayer",
     layer<TransformerEncoderLayer>(TransformerEncoderLayerOptions(4, 2).dim_feedforward(5))},
    {"TransformerDecoderLayer",
     layer<TransformerDecoderLayer>(TransformerDecoderLayerOptions(4, 2).dim_feedforward(5))},
    {"Transformer", layer<Transformer>(TransformerOptions(4, 2, 2, 1).dim_feedforward(5))},
    {"AdaptiveLogSoftmaxWithLoss",
     layer<AdaptiveLogSoftmaxWithLoss>(16, 10, std::vector<int64_t>{3, 6})},
};

const std::map<std::string, std::function<Tensor(Tensor)>> kInits = {
    {"uniform_", [](Tensor t) { return init::uniform_(t, -1, 2); }},
    {"normal_", [](Tensor t) { return init::normal_(t, 1, 2); }},
    {"xavier_uniform_", [](Tensor t) { return init::xavier_uniform_(t, 1.5); }},
    {"xavier_normal_", [](Tensor t) { return init::xavier_normal_(t); }},
    {"kaiming_uniform_", [](Tensor t) { return init::kaiming_uniform_(t, 0, kFanOut, kReLU); }},
    {"kaiming_normal_", [](Tensor t) { return init::kaiming_normal_(t, 0.1); }},
    {"orthogonal_", [](Tensor t) { return init::orthogonal_(t, 2); }},
    {"sparse_", [](Tensor t) { return init::sparse_(t, 0.3); }},
    {"eye_", [](Tensor t) { return init::eye_(t); }},
    {"constant_", [](Tensor t) { return init::constant_(t, 0.5); }},
};

TEST(InitialValues, OfLayersArePyTorchs) {
  const auto cases = golden_lines("tests/golden/initial_values.txt");
  ASSERT_FALSE(cases.empty()) << "tests/golden/initial_values.txt is missing";
  for (const auto& [name, make] : kLayers) {
    ASSERT_TRUE(cases.count(name)) << name;
    manual_seed(0);
    const auto parameters = make()->named_parameters();
    const Case& wanted = cases.at(name);
    EXPECT_EQ(parameters.size() + 1, wanted.size()) << name;
    for (const Entry& e : wanted) {
      ASSERT_TRUE(e.name == "next" || parameters.contains(e.name)) << name << " " << e.name;
      expect_equal(e.name == "next" ? torch::rand({1}) : parameters[e.name], e, name, kLastBits);
    }
  }
}

TEST(InitialValues, OfInitFunctionsArePyTorchs) {
  const auto cases = golden_lines("tests/golden/initial_values.txt");
  for (const auto& [name, fill] : kInits) {
    ASSERT_TRUE(cases.count(name)) << name;
    const Case& wanted = cases.at(name);
    ASSERT_EQ(wanted.size(), 4u) << name;
    for (size_t i = 0; i < 4; i += 2) {
      manual_seed(0);
      const auto filled = fill(i == 0 ? torch::empty({6, 5}) : torch::empty({5, 6}));
      expect_equal(filled, wanted[i], name, name == "orthogonal_" ? 5e-6 : kLastBits);
      expect_equal(torch::rand({1}), wanted[i + 1], name, 0);
    }
  }
  expect_equal(init::dirac_(torch::empty({3, 2, 3})), cases.at("dirac_")[0], "dirac_", 0);
}

TEST(InitialValues, ComeAgainByResetParameters) {
  manual_seed(0);
  Conv2d layer(Conv2dOptions(2, 3, 3));
  const Tensor weight = layer->weight.detach().clone(), bias = layer->bias.detach().clone();
  manual_seed(0);
  layer->reset_parameters();
  EXPECT_TRUE(torch::equal(layer->weight, weight));
  EXPECT_TRUE(torch::equal(layer->bias, bias));
}

}  // namespace
}  // namespace torch::nn

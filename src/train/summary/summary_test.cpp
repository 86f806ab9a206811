#include "tealight/summary.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tealight/factories.h"
#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/vision.h"

namespace tealight {
namespace {

int64_t macs_of_pictures(const std::string& name) {
  return summary(models::create(name), {zeros({1, 3, 224, 224})}).macs;
}

TEST(Summary, PublishedMacs) {
  // torchvision's documentation has 0.30, 0.35 and 1.81 GFLOPS for these.
  EXPECT_EQ(macs_of_pictures("mobilenet_v2"), 300'774'272);
  EXPECT_NEAR(double(macs_of_pictures("squeezenet1_1")), 349e6, 1e6);
  EXPECT_NEAR(double(macs_of_pictures("resnet18")), 1814e6, 1e6);
}

TEST(Summary, Parameters) {
  const Summary table = summary(models::create("mobilenet_v2"), {zeros({1, 3, 64, 64})});
  EXPECT_EQ(table.parameters, 3'504'872);
  int64_t sum = 0;
  for (const LayerSummary& l : table.layers) sum += l.parameters;
  EXPECT_EQ(sum, table.parameters);
  EXPECT_EQ(table.layers[0].name, "features.0.0");
  EXPECT_EQ(table.layers[0].type, "Conv2d");
  EXPECT_EQ(table.layers[0].output_shape, (std::vector<int64_t>{1, 32, 32, 32}));
}

// Layers that are called by forward(), outside of any container, too; and parts of it that are no
// layers.
struct OddImpl : nn::Module {
  nn::Linear a{register_module("a", nn::Linear(6, 4))};
  nn::LSTM lstm{register_module("lstm", nn::LSTM(nn::LSTMOptions(4, 5).num_layers(2)))};
  nn::ConvTranspose2d up{register_module("up", nn::ConvTranspose2d(2, 3, 2))};
  Tensor mix = register_parameter("mix", eye(5));
  Tensor forward(Tensor x) {  // (7, 2, 6)
    up->forward(zeros({1, 2, 4, 4}));
    const Tensor steps = std::get<0>(lstm->forward(a->forward(x)));
    return matmul(steps, mix);
  }
};
TORCH_MODULE(Odd);

TEST(Summary, OtherOperators) {
  Odd odd;
  const Summary table = summary(odd, {zeros({7, 2, 6})});
  ASSERT_EQ(table.layers.size(), 4u);
  EXPECT_EQ(table.layers[0].type, "Odd");
  EXPECT_EQ(table.layers[0].macs, 7 * 2 * 5 * 5);
  EXPECT_EQ(table.layers[1].macs, 7 * 2 * 6 * 4);
  EXPECT_EQ(table.layers[2].macs, 7 * 2 * (4 * 5 * (4 + 5) + 4 * 5 * (5 + 5)));
  EXPECT_EQ(table.layers[3].macs, 4 * 4 * 2 * 3 * 4);
  EXPECT_EQ(table.layers[3].output_shape, (std::vector<int64_t>{1, 3, 5, 5}));
}

TEST(Summary, AttentionCountsScoresAndMeans) {
  nn::TransformerEncoderLayer layer(nn::TransformerEncoderLayerOptions(8, 2).dim_feedforward(16));
  const Summary table = summary(layer, {zeros({5, 3, 8}), Tensor(), Tensor()});
  const int64_t tokens = 15, projections = 4 * 8 * 8, feed_forward = 2 * 8 * 16;
  EXPECT_EQ(table.macs, tokens * (projections + feed_forward + 2 * 5 * 8));
}

TEST(Summary, TextAndJson) {
  nn::Sequential net(nn::Linear(1000, 20), nn::ReLU(), nn::Dropout(0.5));
  net->ptr<nn::LinearImpl>(0)->bias.requires_grad_(false);
  const Summary table = summary(net, {zeros({2, 1000})});
  std::ostringstream text;
  text << table;
  EXPECT_EQ(text.str(),
            "layer  type     output shape  parameters    MACs\n"
            "0      Linear   (2, 20)           20,020  40,000\n"
            "1      ReLU     (2, 20)                0       0\n"
            "2      Dropout  (2, 20)                0       0\n"
            "total                             20,020  40,000\n"
            "20,000 parameters can be trained, 20 cannot\n");
  EXPECT_EQ(
      table.json().substr(0, 104),
      R"({"name":"Sequential","layers":[{"name":"0","type":"Linear","output_shape":[2,20],"parameters":20020,"mac)");
  EXPECT_TRUE(net->is_training());
}

}  // namespace
}  // namespace tealight

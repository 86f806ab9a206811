#include "tealight/keras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tealight/factories.h"
#include "tealight/nn.h"
#include "tealight/nn/state_dict.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight {
namespace {
namespace K = keras;

std::vector<std::string> names_of(const nn::Module& m) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : state_dict(m)) names.push_back(name);
  return names;
}

std::string error_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

TEST(Keras, SequentialTakesItsSizesFromTheFirstBatch) {
  K::Sequential model(
      {K::Flatten(), K::Dense(512, "relu"), K::Dropout(0.2), K::Dense(10, "softmax")});
  EXPECT_TRUE(model.parameters().empty());
  const Tensor out = model(rand({3, 1, 28, 28}));
  EXPECT_EQ(out.sizes(), IntArrayRef({3, 10}));
  EXPECT_EQ(model.count_params(), 407'050);
  EXPECT_EQ(names_of(model), (std::vector<std::string>{"dense.weight", "dense.bias",
                                                       "dense_1.weight", "dense_1.bias"}));
}

TEST(Keras, AnInputAtTheBeginningBuildsAtOnce) {
  K::Sequential model({K::Input({4}, "x"), K::Dense(3, "relu"), K::Dense(2)});
  EXPECT_EQ(model.count_params(), 4 * 3 + 3 + 3 * 2 + 2);
  model.add(K::Dense(5, "", "last"));
  EXPECT_EQ(names_of(model).back(), "last.bias");
  EXPECT_EQ(model(rand({7, 4})).sizes(), IntArrayRef({7, 5}));
  K::Sequential other({K::Dense(2)});
  other.build({3});
  EXPECT_EQ(other.count_params(), 8);
}

TEST(Keras, GraphsMayBranchAndShareLayers) {
  auto in = K::Input({6});
  auto shared = K::Dense(6, "tanh", "shared");
  auto a = shared(in), b = shared(a);
  K::Model model(in, K::Dense(1)(K::Concatenate()({K::Add()({a, b}), in})));
  EXPECT_EQ(model.count_params(), 6 * 6 + 6 + 12 + 1);
  const Tensor x = randn({2, 6});
  const auto p = model.named_parameters();
  const auto once = [&](const Tensor& t) {
    return tanh(linear(t, p["shared.weight"], p["shared.bias"]));
  };
  const Tensor first = once(x), joined = cat({first + once(first), x}, -1);
  EXPECT_TRUE(torch::allclose(model(x), linear(joined, p["dense.weight"], p["dense.bias"])));
}

TEST(Keras, CallsAreInferenceUnlessToldOtherwise) {
  K::Sequential model({K::Input({64}), K::Dropout(0.5), K::BatchNormalization()});
  const Tensor x = ones({8, 64});
  EXPECT_TRUE(model.is_training());
  const Tensor quiet = model(x);
  EXPECT_TRUE(torch::allclose(quiet, x / std::sqrt(1.001)));
  EXPECT_GT((model(x, K::training) - quiet).abs().max().item<float>(), 0.1);
  EXPECT_TRUE(model.is_training());
  model.eval();
  EXPECT_TRUE(torch::equal(model.forward(x), model(x)));
  model(x, K::training);
  EXPECT_FALSE(model.is_training());
  model.train();
  EXPECT_TRUE(model.is_training());
}

TEST(Keras, LayersOfPictures) {
  K::Sequential model({K::Input({3, 12, 12}),
                       K::Conv2D(8, 3, {.padding = "same", .activation = "relu", .name = "conv"}),
                       K::MaxPooling2D(2), K::BatchNormalization(), K::ZeroPadding2D({1, 2}),
                       K::Conv2D(4, {3, 5}, {.strides = 2}), K::AveragePooling2D(2, {.strides = 1}),
                       K::Activation("gelu"), K::GlobalAveragePooling2D(), K::Dense(2)});
  const Summary table = model.summary();
  std::vector<std::vector<int64_t>> shapes;
  for (const LayerSummary& l : table.layers) shapes.push_back(l.output_shape);
  EXPECT_EQ(shapes, (std::vector<std::vector<int64_t>>{{1, 8, 12, 12},
                                                       {1, 8, 6, 6},
                                                       {1, 8, 6, 6},
                                                       {1, 8, 8, 10},
                                                       {1, 4, 3, 3},
                                                       {1, 4, 2, 2},
                                                       {1, 4, 2, 2},
                                                       {1, 4},
                                                       {1, 2}}));
  EXPECT_EQ(table.layers[0].macs, 8 * 12 * 12 * 27);
  EXPECT_EQ(table.layers[4].macs, 4 * 9 * 8 * 15);
  EXPECT_EQ(model.layer("batch_normalization").module()->as<nn::BatchNorm2d>()->options.eps(),
            1e-3);
}

TEST(Keras, SequencesOfWords) {
  auto in = K::Input({5}, "words", kLong);
  auto x = K::Embedding(20, 6)(in);
  x = K::LSTM(4, {.return_sequences = true})(x);
  K::Model model(in, K::Dense(1, "sigmoid")(K::LSTM(3)(x)));
  const Tensor words = randint(20, {2, 9}, kLong);  // any length
  EXPECT_EQ(model(words).sizes(), IntArrayRef({2, 1}));
  const auto p = model.named_parameters();
  EXPECT_TRUE(torch::equal(p["lstm.bias_ih_l0"].slice(0, 4, 8), ones({4})));  // forget gates
  nn::LSTM first(nn::LSTMOptions(6, 4).batch_first(true)),
      second(nn::LSTMOptions(4, 3).batch_first(true));
  load_state_dict(*first, state_dict(*model.layer("lstm").module()));
  load_state_dict(*second, state_dict(*model.layer("lstm_1").module()));
  const Tensor embedded = embedding(p["embedding.weight"], words);
  const Tensor last = std::get<0>(second(std::get<0>(first(embedded)))).select(1, -1);
  EXPECT_TRUE(
      torch::allclose(model(words), sigmoid(linear(last, p["dense.weight"], p["dense.bias"]))));
}

TEST(Keras, CompileComesBeforeFit) {
  torch::manual_seed(0);
  const Tensor x = randn({200, 3}), y = (x.sum(1) > 0).to(kLong);
  K::Sequential model({K::Dense(16, "relu"), K::Dense(2, "softmax")});
  EXPECT_NE(error_of([&] { model.fit(x, y); }).find("compile()"), std::string::npos);
  model.compile({.optimizer = optim::AdamOptions(2e-2), .loss = "sparse_categorical_crossentropy"});
  EXPECT_NE(error_of([&] { model.compile({.metrics = {"beauty"}}); }).find("beauty"),
            std::string::npos);
}

TEST(Keras, HistoryHasWhatHappened) {
  torch::manual_seed(0);
  const Tensor x = randn({200, 3}), y = (x.sum(1) > 0).to(kLong);
  K::Sequential model({K::Dense(16, "relu"), K::Dense(2, "softmax")});
  model.compile({.optimizer = optim::AdamOptions(2e-2),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  const auto history = model.fit(
      x, y,
      {.epochs = 15, .batch_size = 32, .validation_split = 0.25, .seed = 0, .verbose = false});
  EXPECT_EQ(history["loss"].size(), 15u);
  EXPECT_LT(history["loss"].back(), history["loss"].front() / 2);
  EXPECT_GT(history["val_accuracy"].back(), 0.9);
  EXPECT_NE(error_of([&] { history["val_beauty"]; }).find("val_accuracy"), std::string::npos);

  const auto [loss, accuracy] = model.evaluate(x, y, {.batch_size = 7});
  const Tensor probs = model.predict(x, {.batch_size = 7});
  EXPECT_FALSE(probs.requires_grad());
  EXPECT_NEAR(accuracy, probs.argmax(1).eq(y).to(kDouble).mean().item<double>(), 1e-9);
  EXPECT_NEAR(loss, -probs.gather(1, y.unsqueeze(1)).log().mean().item<double>(), 1e-5);
  // The last quarter was held out, in its order.
  const auto [val_loss, val_accuracy] = model.evaluate(x.slice(0, 150), y.slice(0, 150));
  EXPECT_NEAR(val_accuracy, history["val_accuracy"].back(), 1e-9);
  EXPECT_NEAR(val_loss, history["val_loss"].back(), 1e-6);
}

TEST(Keras, LossesAreThoseOfTheirFormulas) {
  const Tensor logits = randn({4, 3}), classes = tensor({0, 2, 1, 1}, kLong);
  const Tensor probs = softmax(logits, 1), one_hot = torch::one_hot(classes, 3).to(kFloat);
  const double wanted = cross_entropy_loss(logits, classes).item<double>();
  for (const K::LossChoice& loss :
       {K::SparseCategoricalCrossentropy(), K::LossChoice("sparse_categorical_crossentropy")})
    EXPECT_NEAR(loss(probs, classes).item<double>(), wanted, 1e-6);
  EXPECT_NEAR(
      K::SparseCategoricalCrossentropy({.from_logits = true})(logits, classes).item<double>(),
      wanted, 1e-6);
  EXPECT_NEAR(K::CategoricalCrossentropy()(probs, one_hot).item<double>(), wanted, 1e-6);
  EXPECT_NEAR(K::CategoricalCrossentropy({.from_logits = true})(logits, one_hot).item<double>(),
              wanted, 1e-6);
  const Tensor p = sigmoid(logits);
  EXPECT_NEAR(K::BinaryCrossentropy()(p, one_hot).item<double>(),
              K::BinaryCrossentropy({.from_logits = true})(logits, one_hot).item<double>(), 1e-6);
  EXPECT_NEAR(K::LossChoice("mse")(logits, probs).item<double>(),
              (logits - probs).pow(2).mean().item<double>(), 1e-6);
  EXPECT_NEAR(K::LossChoice("kl_divergence")(probs, probs).item<double>(), 0, 1e-6);
  EXPECT_NE(error_of([&] { K::LossChoice("mse")(logits, classes); }).find("[4, 3]"),
            std::string::npos);
}

TEST(Keras, ASharplyWrongProbabilityStillTrains) {
  const Tensor logits = tensor({{60.f, 0.f}}).requires_grad_();
  K::SparseCategoricalCrossentropy()(softmax(logits, 1), ones({1}, kLong)).backward();
  EXPECT_NEAR(logits.grad().flatten()[0].item<float>(), 1, 1e-3);
}

TEST(Keras, TracesAndClonesLikeAnyModule) {
  auto in = K::Input({4}, "x");
  K::Model model(in, K::Dense(2, "softmax", "out")(K::Dense(8, "relu", "hidden")(in)));
  model.eval();
  const Tensor x = randn({3, 4});
  auto traced = trace(model, {x});
  EXPECT_TRUE(torch::allclose(traced.forward({randn({5, 4})}).toTensor().sum(1), ones({5})));
  EXPECT_TRUE(torch::equal(traced.forward({x}).toTensor(), model(x)));
  std::set<std::string> names;
  for (const auto& p : traced.named_parameters()) names.insert(p.name);
  EXPECT_EQ(names,
            (std::set<std::string>{"hidden.weight", "hidden.bias", "out.weight", "out.bias"}));

  const auto copy = std::dynamic_pointer_cast<K::Model>(model.clone());
  EXPECT_TRUE(torch::equal((*copy)(x), model(x)));
  {
    NoGradGuard off;
    for (Tensor& p : copy->parameters()) p.zero_();
  }
  EXPECT_FALSE(torch::equal((*copy)(x), model(x)));
}

TEST(Keras, MessagesNameTheLayer) {
  auto in = K::Input({4});
  const std::string wrong = error_of([&] { K::Conv2D(3, 3, {.name = "conv"})(in); });
  EXPECT_NE(wrong.find("pictures (N, C, H, W)"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("layer conv"), std::string::npos) << wrong;
  EXPECT_NE(error_of([] { K::Dense(3, "rleu"); }).find("relu6"), std::string::npos);
  EXPECT_NE(error_of([&] {
              K::Model(in, K::Dense(1, "", "a")(K::Dense(2, "", "a")(in)));
            }).find("two layers"),
            std::string::npos);
  EXPECT_NE(error_of([&] { K::Model(K::Input({4}), K::Dense(1)(in)); }).find("not the model's"),
            std::string::npos);
}

}  // namespace
}  // namespace tealight

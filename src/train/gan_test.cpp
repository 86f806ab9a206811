#include "tealight/models/gan.h"

#include <gtest/gtest.h>

#include "tealight/ops.h"

namespace tealight {
namespace {

using models::Discriminator;
using models::GanOptions;

// Bars of a random brightness, upright or lying.
std::pair<Tensor, Tensor> bars(int64_t n) {
  Tensor pictures = zeros({n, 1, 4, 4});
  const Tensor lying = arange(n).remainder(2);
  for (int64_t i = 0; i < n; ++i)
    pictures.select(0, i)
        .select(0, 0)
        .select(i % 2 == 0 ? 1 : 0, 1)
        .fill_(0.7 + 0.3 * double(i) / double(n));
  return {pictures, lying};
}

TEST(Gan, DrawsTheClassThatIsAskedFor) {
  manual_seed(3);
  const auto [pictures, lying] = bars(64);
  const GanOptions shape{.latent = 4, .classes = 2, .size = {1, 4, 4}, .width = 32};
  models::Generator g(shape);
  Discriminator d(shape);
  int64_t epochs = 0;
  train_gan(g, d, pictures, lying,
            {.epochs = 60,
             .batch_size = 16,
             .lr = 2e-3,
             .average = 0.05,
             .on_epoch = [&](const GanEpoch& e) {
               EXPECT_EQ(e.epoch, ++epochs);
               EXPECT_FALSE(e.generator->is_training());
             }});
  EXPECT_EQ(epochs, 60);
  EXPECT_FALSE(g->is_training());
  const Tensor drawn = g->forward(randn({2, 4}), arange(2)).detach();
  EXPECT_LT((drawn - pictures.slice(0, 62, 64)).abs().mean().item<double>(), 0.15);
}

TEST(Gan, TrainsWithoutClassesAndSkipsABatchOfOne) {
  const auto [pictures, lying] = bars(17);
  const GanOptions shape{.latent = 4, .size = {1, 4, 4}, .width = 8};
  models::Generator g(shape);
  const Tensor before = g->parameters()[0].clone();
  train_gan(g, Discriminator(shape), pictures, {}, {.epochs = 1, .batch_size = 16});
  EXPECT_FALSE(g->parameters()[0].equal(before));
  EXPECT_EQ(g->forward(randn({3, 4})).sizes(), (std::vector<int64_t>{3, 1, 4, 4}));
}

TEST(Gan, SaysWhatDoesNotFit) {
  const auto [pictures, lying] = bars(8);
  const auto message = [&](const GanOptions& a, const GanOptions& b, const Tensor& classes) {
    try {
      train_gan(models::Generator(a), Discriminator(b), pictures, classes, {.epochs = 1});
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const GanOptions two{.classes = 2, .size = {1, 4, 4}}, none{.size = {1, 4, 4}},
      large{.size = {1, 5, 4}};
  EXPECT_NE(message(two, none, lying).find("differ in size or classes"), std::string::npos);
  EXPECT_NE(message(large, large, {}).find("pictures must be (N > 1, 1, 5, 4)"), std::string::npos);
  EXPECT_NE(message(two, two, lying + 1).find("classes must lie in 0 ... 1"), std::string::npos);
  EXPECT_NE(message(two, two, {}).find("one number for each picture"), std::string::npos);
  EXPECT_THROW(models::Generator(none)->forward(randn({2, 64}), zeros({2}, kLong)), Error);
}

}  // namespace
}  // namespace tealight

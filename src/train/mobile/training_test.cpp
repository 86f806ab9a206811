// A model for phones is trained where it runs, and what it learnt is kept.
#include <gtest/gtest.h>

#include <sstream>

#include "tealight/federated.h"
#include "tealight/mobile_train.h"
#include "tealight/script_module.h"
#include "tealight/tealight.h"

namespace torch::jit {
namespace {

mobile::Module saved_for_training() {
  manual_seed(1);
  tealight::ScriptModule m("Line");
  m.register_parameter("w", zeros({2}), false);
  m.register_parameter("b", zeros({1}), false);
  m.define("def forward(self, x):\n  return (x * self.w).sum(1) + self.b\n");
  std::stringstream file;
  m._save_for_mobile(file);
  return _load_for_mobile(file);
}

std::vector<Tensor> parameters_of(const mobile::Module& model) {
  std::vector<Tensor> parameters;
  for (const Tensor& p : {model.attr("w").toTensor(), model.attr("b").toTensor()})
    parameters.push_back(p.requires_grad_());
  return parameters;
}

TEST(MobileTraining, LearnsALineAndKeepsIt) {
  mobile::Module model = saved_for_training();
  mobile::SGD sgd(parameters_of(model), mobile::SGDOptions(0.1).momentum(0.5));
  const Tensor x = randn({64, 2}), y = 3 * x.select(1, 0) - x.select(1, 1) + 0.5;
  mobile::SequentialSampler sampler(64);
  for (int epoch = 0; epoch < 20; ++epoch) {
    sampler.reset();
    while (const auto batch = sampler.next(16)) {
      const int64_t first = int64_t(batch->front()), end = int64_t(batch->back()) + 1;
      sgd.zero_grad();
      mse_loss(model.forward({x.slice(0, first, end)}).toTensor(), y.slice(0, first, end))
          .backward();
      sgd.step();
    }
  }
  EXPECT_TRUE(allclose(model.attr("w").toTensor().detach(), tensor({3.f, -1.f}), 0, 1e-3));
  EXPECT_NEAR(model.attr("b").toTensor().item<float>(), 0.5f, 1e-3);

  std::stringstream file;
  _save_parameters({{"w", model.attr("w").toTensor()}, {"b", model.attr("b").toTensor()}}, file);
  const auto kept = _load_parameters(file);
  EXPECT_TRUE(equal(kept.at("w"), model.attr("w").toTensor().detach()));

  const Tensor flat = tealight::flat_parameters(model);  // in order of names: b, w
  EXPECT_NEAR(flat[0].item<float>(), 0.5f, 1e-3);
  tealight::add_flat(model, -flat);
  EXPECT_EQ(model.forward({x}).toTensor().detach().abs().max().item<float>(), 0);
}

}  // namespace
}  // namespace torch::jit

// A model as a class: dense 32 with ReLU, dense n with a sigmoid. The same as a Sequential and as a
// symbolic model, with the same weights.
#include <tealight/keras.h>
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/lesson.h"

namespace K = tealight::keras;
using lesson::check;

struct MyModelImpl : torch::nn::Module {
  torch::nn::Linear dense_1, dense_2;
  MyModelImpl(int64_t in, int64_t classes = 10)
      : dense_1(register_module("dense_1", torch::nn::Linear(in, 32))),
        dense_2(register_module("dense_2", torch::nn::Linear(32, classes))) {}
  torch::Tensor forward(torch::Tensor x) {
    return torch::sigmoid(dense_2(torch::relu(dense_1(x))));
  }
};
TORCH_MODULE(MyModel);

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  MyModel model(16, 4);
  torch::nn::Sequential chain(torch::nn::Linear(16, 32), torch::nn::ReLU(),
                              torch::nn::Linear(32, 4), torch::nn::Sigmoid());
  auto in = K::Input({16});
  K::Model symbolic(in, K::Dense(4, "sigmoid", "dense_2")(K::Dense(32, "relu", "dense_1")(in)));
  {
    torch::NoGradGuard off;
    const auto weights = model->parameters();
    const auto take = [&](const std::vector<torch::Tensor>& parameters) {
      check(parameters.size() == weights.size(), "each form has the same parameters");
      for (size_t i = 0; i < weights.size(); ++i) parameters[i].copy_(weights[i]);
    };
    take(chain->parameters());
    take(symbolic.parameters());
  }
  const torch::Tensor x = torch::randn({8, 16}), y = model->forward(x);
  check(torch::equal(y, chain->forward(x)), "class and Sequential give the same");
  check(torch::equal(y, symbolic(x)), "class and symbolic model give the same");

  std::cout << model << "\n";
  auto traced = torch::jit::trace(model, {x});
  check(lesson::difference(traced.forward({x}).toTensor(), y.detach()) < 1e-6,
        "traced, it gives the same");
  tealight::draw(*traced.graph(), run.file("graph.svg"), "MyModel");
  lesson::save_for_twin(run, tealight::state_dict(*model), {{"x", x}, {"y", y.detach()}});
}

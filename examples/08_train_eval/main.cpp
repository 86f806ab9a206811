// train() and eval(): normalisation keeps statistics while training and uses them afterwards,
// dropout acts in training only. A trace keeps the mode it was made in.
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/lesson.h"

using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const auto near = [](const torch::Tensor& t, double v) {
    return std::abs(t.item<double>() - v) < 1e-4;
  };

  torch::nn::BatchNorm1d bn(1);
  bn->train();
  bn(torch::tensor({{1.f}, {3.f}}));
  std::cout << "running mean " << bn->running_mean.item<float>() << ", variance "
            << bn->running_var.item<float>() << "\n";
  check(near(bn->running_mean, 0.2), "running mean = 0.9 * 0 + 0.1 * 2");
  check(near(bn->running_var, 1.1), "running variance = 0.9 * 1 + 0.1 * 2, the unbiased one");
  bn->eval();
  check(near(bn(torch::tensor({{2.f}})), 1.7162), "in eval mode 2 becomes (2 - 0.2) / sqrt(1.1)");

  torch::nn::Dropout dropout(0.5);
  const torch::Tensor ones = torch::ones({1000});
  dropout->train();
  const torch::Tensor dropped = dropout(ones);
  check((dropped == 0).any().item<bool>() && (dropped == 2).any().item<bool>(),
        "in training dropout drops some, and doubles the rest");
  dropout->eval();
  check(torch::equal(dropout(ones), ones), "in eval mode it does nothing");

  torch::nn::Sequential net(torch::nn::Conv2d(3, 4, 3), torch::nn::BatchNorm2d(4),
                            torch::nn::AdaptiveAvgPool2d(1), torch::nn::Flatten());
  const torch::Tensor x = torch::randn({2, 3, 8, 8});
  net->train();
  lesson::Warnings warnings;
  auto traced = torch::jit::trace(net, {x});
  check(lesson::contains(warnings.text, "training mode"), "a trace in training mode warns");
  net->eval();
  const std::string before = warnings.text;
  traced.eval();
  const torch::Tensor eager = net->forward(x);
  check(lesson::difference(traced.forward({x}).toTensor(), eager) > 1e-3,
        "eval() of the trace cannot bring the statistics back");
  check(warnings.text.size() > before.size(), "and says so");
  auto right = torch::jit::trace(net, {x});
  check(lesson::difference(right.forward({x}).toTensor(), eager) < 1e-5,
        "traced in eval mode it equals the eager model");
  check(eager.sizes() == torch::IntArrayRef({2, 4}),
        "global average pooling leaves one number a channel");
  tealight::draw(*right.graph(), run.file("graph.svg"), "traced in eval mode");
  lesson::save_for_twin(run, tealight::state_dict(*net), {{"x", x}, {"y", eager.detach()}});
}

// Loss, chain rule and one step of gradient descent by hand: L = (2w - 10)^2 from w = 3.
#include <tealight/data/plot.h>
#include <torch/torch.h>

#include "common/lesson.h"

using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const auto loss_of = [](const torch::Tensor& w) { return (2 * w - 10).pow(2); };

  auto w = torch::tensor(3.f, torch::requires_grad());
  auto loss = loss_of(w);
  loss.backward();
  std::cout << "loss " << loss.item<float>() << ", gradient " << w.grad().item<float>() << "\n";
  check(loss.item<float>() == 16 && w.grad().item<float>() == -16, "dL/dw = 2 (2w - 10) 2 = -16");

  // The same slope by differences, in double.
  const auto at = [&](double v) {
    return loss_of(torch::tensor(v, torch::kDouble)).item<double>();
  };
  const double numeric = (at(3 + 1e-6) - at(3 - 1e-6)) / 2e-6;
  check(std::abs(numeric + 16) < 1e-6, "numeric and exact gradient agree");

  {
    torch::NoGradGuard off;
    w -= 0.1 * w.grad();
  }
  check(std::abs(w.item<float>() - 4.6f) < 1e-6, "one step with rate 0.1 leads to w = 4.6");

  std::vector<double> path{3, w.item<float>()};
  while (path.size() < 8) {
    w.mutable_grad().reset();
    loss_of(w).backward();
    torch::NoGradGuard off;
    w -= 0.1 * w.grad();
    path.push_back(w.item<float>());
  }
  check(std::abs(path.back() - 5) < 1e-3, "it ends at w = 5, where the loss is 0");

  const torch::Tensor line = torch::linspace(2, 8, 121);
  tealight::Plot plot("L(w) = (2w - 10)^2", "w", "loss");
  plot.line("loss", line, loss_of(line));
  const torch::Tensor steps = torch::tensor(path);
  plot.points("steps of gradient descent", steps, loss_of(steps));
  plot.save(run.file("descent.svg"));
  lesson::save_for_twin(run, {}, {{"path", torch::tensor(path)}});
}

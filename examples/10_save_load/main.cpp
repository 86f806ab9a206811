// Save and load: weights alone, the whole model, and training that goes on where it stopped.
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/lesson.h"

using lesson::check;

namespace {

torch::nn::Sequential make_net() {
  return torch::nn::Sequential(torch::nn::Linear(8, 16), torch::nn::BatchNorm1d(16),
                               torch::nn::ReLU(), torch::nn::Dropout(0.2),
                               torch::nn::Linear(16, 3));
}

struct Training {
  torch::nn::Sequential net = make_net();
  torch::optim::Adam adam{net->parameters(), torch::optim::AdamOptions(1e-2)};
  double step(const torch::Tensor& x, const torch::Tensor& y) {
    adam.zero_grad();
    auto loss = torch::nn::functional::cross_entropy(net->forward(x), y);
    loss.backward();
    adam.step();
    return loss.item<double>();
  }
};

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const torch::Tensor x = torch::randn({64, 8}), y = torch::randint(3, {64}, torch::kLong);

  Training first;
  std::vector<double> losses;
  for (int i = 0; i < 10; ++i) losses.push_back(first.step(x, y));

  // Weights, optimizer and the generator's state: what the next steps depend on.
  torch::save(first.net, run.file("net.pt"));
  torch::save(first.adam, run.file("adam.pt"));
  at::Generator random = at::globalContext().defaultGenerator(torch::kCPU);
  torch::save(random.get_state(), run.file("random.pt"));
  std::vector<double> uninterrupted;
  for (int i = 0; i < 10; ++i) uninterrupted.push_back(first.step(x, y));

  Training second;
  torch::load(second.net, run.file("net.pt"));
  torch::load(second.adam, run.file("adam.pt"));
  torch::Tensor state;
  torch::load(state, run.file("random.pt"));
  random.set_state(state);
  std::vector<double> resumed;
  for (int i = 0; i < 10; ++i) resumed.push_back(second.step(x, y));
  check(resumed == uninterrupted, "the next 10 losses equal those of an uninterrupted run");

  // Weights alone, as Python's torch.save(net.state_dict()) writes them.
  tealight::save_state_dict(*first.net, run.file("net.pth"));
  torch::nn::Sequential other = make_net();
  const auto report = tealight::load_state_dict(*other, run.file("net.pth"), {.strict = true});
  check(report.all_match(), "all weights are found in the file");
  first.net->eval();
  other->eval();
  const torch::Tensor out = first.net->forward(x).detach();
  check(torch::equal(other->forward(x), out), "the loaded model gives the same");

  torch::nn::Sequential wrong(torch::nn::Linear(8, 16), torch::nn::Linear(16, 5));
  const std::string error = lesson::error_of(
      [&] { tealight::load_state_dict(*wrong, run.file("net.pth"), {.strict = true}); });
  std::cout << error << "\n";
  check(lesson::contains(error, "1.running_mean") && lesson::contains(error, "4.weight"),
        "wrong keys are listed by name");
  const auto loose = tealight::load_state_dict(*wrong, run.file("net.pth"), {.strict = false});
  check(loose.loaded == 2 && !loose.all_match(), "without strict, what fits is loaded");

  // Structure and weights in one file.
  auto traced = torch::jit::trace(first.net, {x});
  traced.save(run.file("model.pt"));
  check(lesson::difference(torch::jit::load(run.file("model.pt")).forward({x}).toTensor(), out) <
            1e-6,
        "the whole model, loaded without its class, gives the same");
  tealight::draw(*traced.graph(), run.file("graph.svg"), "model.pt");
  lesson::save_for_twin(run, tealight::state_dict(*first.net), {{"x", x}, {"y", out}});
}

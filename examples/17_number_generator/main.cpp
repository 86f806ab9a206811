// Two numbers of noise become a digit: a small network learns to, and is exported for phones with
// its batch free.
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/lesson.h"

using namespace torch::nn;
using lesson::check;

// Ten sectors of the plane, equally likely for normal noise.
torch::Tensor digits_of(const torch::Tensor& noise) {
  const torch::Tensor turn = torch::atan2(noise.select(1, 1), noise.select(1, 0)) / (2 * M_PI);
  return ((turn + 0.5) * 10).floor().clamp(0, 9).to(torch::kLong);
}

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  torch::nn::Sequential net(Linear(2, 16), ReLU(), Linear(16, 32), ReLU(), Linear(32, 32), ReLU(),
                            Linear(32, 16), ReLU(), Linear(16, 10), Softmax(1));
  torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(1e-2));
  for (int step = 0; step < 500; ++step) {
    const torch::Tensor noise = torch::randn({256, 2});
    adam.zero_grad();
    const auto loss = torch::nll_loss((net->forward(noise) + 1e-9).log(), digits_of(noise));
    loss.backward();
    adam.step();
    if (step % 100 == 99)
      std::cout << "step " << step + 1 << ", loss " << loss.item<float>() << "\n";
  }
  net->eval();
  {
    const torch::NoGradGuard off;
    const torch::Tensor noise = torch::randn({5000, 2}), made = net->forward(noise).argmax(1);
    check((made == digits_of(noise)).to(torch::kFloat).mean().item<float>() > 0.9,
          "it has learned which noise is which digit");
    const torch::Tensor counts = torch::bincount(made, {}, 10);
    std::cout << "digits of 5000 pairs: " << tealight::repr(counts) << "\n";
    check(counts.min().item<int64_t>() > 300, "every digit comes, about equally often");
  }

  auto m = torch::jit::trace(net, {torch::randn({1, 2})});
  m.save(run.file("number.pt"));
  torch::utils::optimize_for_mobile(m)._save_for_mobile(run.file("number.ptl"));

  auto lite = torch::jit::_load_for_mobile(run.file("number.ptl"));
  const torch::Tensor noise = torch::randn({50, 2});
  for (const int64_t n : {1, 2, 50}) {
    const torch::Tensor x = noise.slice(0, 0, n), scores = lite.forward({x}).toTensor();
    check(scores.sizes() == torch::IntArrayRef({n, 10}) &&
              lesson::difference(scores, net->forward(x)) < 1e-5,
          "N is free after export: " + std::to_string(n));
  }
  std::string digits;
  for (auto d : tealight::view<int64_t>(lite.forward({noise.slice(0, 0, 2)}).toTensor().argmax(1)))
    digits += std::to_string(d);
  std::cout << digits << "\n";
  check(digits.size() == 2, "N = 2 prints two digits");
  check(lesson::fs::file_size(run.file("number.ptl")) < 100'000, "the .ptl takes less than 100 KB");

  tealight::draw(*m.graph(), run.file("graph.svg"), "noise [N, 2] to probabilities [N, 10]");
  lesson::save_for_twin(run, tealight::state_dict(*net),
                        {{"x", noise}, {"y", net->forward(noise).detach()}});
}

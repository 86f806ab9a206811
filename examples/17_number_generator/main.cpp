// Two numbers of noise become a digit: a small network, exported for phones with its batch free.
#include "common/lesson.h"
#include "common/nn.h"

using namespace torch::nn;
using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  torch::nn::Sequential net(Linear(2, 16), ReLU(), Linear(16, 32), ReLU(), Linear(32, 32), ReLU(),
                            Linear(32, 16), ReLU(), Linear(16, 10), Softmax(1));
  for (auto& p : net->named_parameters()) {  // large enough that noise decides
    const torch::NoGradGuard off;
    p.item.mul_(p.value().dim() == 2 ? 3 : 1);
  }
  net->eval();
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
  lesson::save_for_twin(run, state_dict(*net), {{"x", noise}, {"y", net->forward(noise).detach()}});
}

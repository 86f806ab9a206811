// Script mode beside eager mode: a module's control flow is compiled from its text.
#include "common/lesson.h"

using lesson::check;
using lesson::contains;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  torch::jit::Module m("Gate");
  m.register_parameter("w", torch::ones({2}) * 3, false);
  m.define(
      "def forward(self, x):\n  for i in range(x.size(0)):\n    if bool(x[i].sum() > 0):\n      x = x * "
      "self.w\n  return x\n");
  const torch::Tensor w = m.attr("w").toTensor();
  const auto eager = [&](torch::Tensor x) {
    for (int64_t i = 0; i < x.size(0); ++i)
      if (x[i].sum().item<float>() > 0) x = x * w;
    return x;
  };
  const torch::Tensor both = torch::tensor({1.f, 2.f, -3.f, -4.f, 5.f, 6.f}).view({3, 2});
  for (const torch::Tensor& x : {both, -both, both.abs(), -both.abs(), torch::zeros({0, 2})})
    check(torch::equal(m.forward({x}).toTensor(), eager(x)),
          "scripted and eager agree on both branches");
  std::cout << m.graph()->toString(false);
  check(
      contains(m.graph()->toString(), "prim::Loop") && contains(m.graph()->toString(), "prim::If"),
      "the loop and the condition are in the graph");

  const std::string text = lesson::error_of([] {
    torch::jit::compile("def f(x):\n  y = torch.relu(x)\n  return y + torch.softmax(x)\n");
  });
  std::cout << text << "\n";
  check(contains(text, "torch.softmax(x)\n") && contains(text, "^^^^"),
        "errors show the line, with carets");

  tealight::draw(*m.graph(), run.file("graph.svg"), "Gate.forward");
  m.save(run.file("gate.pt"));
  m._save_for_mobile(run.file("gate.ptl"));
  const auto lite = torch::jit::_load_for_mobile(run.file("gate.ptl"));
  check(
      torch::equal(torch::jit::load(run.file("gate.pt")).forward({both}).toTensor(), eager(both)) &&
          torch::equal(lite.forward({both}).toTensor(), eager(both)),
      "saved as .pt and as .ptl, they are the same");
  lesson::save_for_twin(run, {{"w", w}}, {{"x", both}, {"y", eager(both)}});
}

// Graph or eager, static or dynamic shape, and conditions fixed at build time or decided each time.
#include "common/lesson.h"

using lesson::check;
using lesson::contains;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);

  // ---- a graph out of what runs: placeholder, constant, variable, shape
  const torch::Tensor w = torch::full({1}, 2.f).requires_grad_();  // a variable: it can learn
  auto f = [&](torch::Tensor x) {
    const torch::Tensor never_used = x.exp();  // has no part in the result
    return w * x.view({x.size(0), -1}).sum(1) + torch::tensor({0.5f});
  };
  const torch::Tensor x1 = torch::rand({1, 3, 4}), x5 = torch::rand({5, 3, 4});
  auto traced = torch::jit::trace(f, {x1}, {.names = {"x"}});
  const std::string graph = traced.graph()->toString(false);
  std::cout << graph;
  check(traced({x5}).toTensor().sizes() == torch::IntArrayRef({5}),
        "traced on batch 1, it works on batch 5");
  check(torch::allclose(traced({x5}).toTensor(), f(x5)), "and gives what the function gives");
  check(contains(graph, "%x :"), "the input (placeholder) has its name");
  check(contains(graph, "prim::Constant"), "what is made in the function is a constant");
  check(traced.named_parameters().size() == 1, "what can learn (variable) is a parameter");
  check(!contains(graph, "aten::exp"), "the branch that nothing uses is pruned");

  // ---- static and dynamic shape
  const auto fixed = torch::jit::trace(f, {x1}, {.names = {"x"}, .other_sizes = false});
  check(contains(fixed.graph()->toString(false), "%x : Float(1, 3, 4)"),
        "the static type shows (1, 3, 4)");
  check(contains(graph, "aten::size(%x"), "aten::size asks for the real one");
  const auto size = torch::jit::compile("def batch(x):\n  return x.size(0)\n");
  check(size->run_method("batch", x5).toInt() == 5, "which is 5 for a batch of 5");

  // ---- a condition: traced once, or decided each time
  std::string warned;
  auto g = [](torch::Tensor x) { return x.sum().item<float>() > 0 ? x + 1 : x - 1; };
  const auto once = [&] {
    const lesson::Warnings w;
    auto m = torch::jit::trace(g, {torch::ones({2})});
    warned = w.text;
    return m;
  }();
  check(contains(warned, "takes a number out of a tensor"), "the trace warns of the condition");
  check(torch::equal(once({-torch::ones({2})}).toTensor(), torch::zeros({2})),
        "and stays on its branch: [0, 0]");
  auto cu =
      torch::jit::compile("def g(x):\n  if bool(x.sum() > 0):\n    return x + 1\n  return x - 1\n");
  check(torch::equal(cu->run_method("g", -torch::ones({2})).toTensor(), torch::full({2}, -2.f)),
        "the script decides each time: [-2, -2]");
  check(torch::equal(cu->run_method("g", torch::ones({2})).toTensor(), torch::full({2}, 2.f)),
        "both ways: [2, 2]");

  // ---- named nodes, and a run of one of them
  auto named = [](torch::Tensor x) {
    const torch::jit::TraceScope scope("doubled");
    return x * 2;
  };
  check(contains(torch::jit::trace(named, {x1}).graph()->toString(), "doubled"),
        "nodes have names");

  // ---- drawings
  const std::string text = tealight::draw(*traced.graph());
  std::cout << text;
  check(contains(text, "● input") && contains(text, "● sum"), "the graph is drawn as text");
  tealight::draw(*traced.graph(), run.file("graph.svg"),
                 "w * x.view({x.size(0), -1}).sum(1) + 0.5");
  check(lesson::fs::file_size(run.file("graph.svg")) > 1000, "and as SVG");

  traced.save(run.file("model.pt"));
  lesson::save_for_twin(run, {}, {{"x", x5}, {"y", traced({x5}).toTensor().detach()}});
}

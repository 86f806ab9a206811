// MobileNetV2 for iOS: traced and saved as .pt; what happens when eval() is forgotten, as the page
// does.
#include "common/lesson.h"
#include "common/mobilenet_v2.h"

using lesson::check;
using lesson::contains;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const int64_t side = run.brief ? 64 : 224;
  auto net = lesson::mobilenet_v2();
  const torch::Tensor x = torch::rand({1, 3, side, side});

  {
    const lesson::Warnings warnings;
    torch::jit::trace(net, {torch::rand({2, 3, 64, 64})}).save(run.file("forgotten.pt"));
    check(contains(warnings.text, "training mode") && contains(warnings.text, "features.0.1") &&
              contains(warnings.text, "features.18.1") && contains(warnings.text, "classifier.0"),
          "without eval() it warns, naming the layers");
  }
  net->eval();
  const lesson::Warnings warnings;
  auto traced = torch::jit::trace(net, {x});
  check(warnings.text.empty(), "after eval() there is no warning");
  traced.save(run.file("model.pt"));

  const torch::Tensor wanted = net->forward(x);
  check(lesson::difference(traced.forward({x}).toTensor(), wanted) < 1e-5,
        "equal to the eager model");
  auto loaded = torch::jit::load(run.file("model.pt"));
  check(lesson::difference(loaded.forward({x}).toTensor(), wanted) < 1e-5, "and so is the file");
  const torch::Tensor y = torch::rand({3, 3, 96, 64});
  check(lesson::difference(loaded.forward({y}).toTensor(), net->forward(y)) < 1e-5,
        "other sizes, too");
  check(loaded.named_parameters().size() == 158, "all 158 parameters have their names");
  const std::string program = loaded.dump_to_str(true, false, false);
  check(contains(program, "prim::CallMethod[name=\"forward\"]("), "submodules are called");

  tealight::draw(*traced.graph(), run.file("graph.svg"), "MobileNetV2");
  lesson::save_for_twin(run, tealight::state_dict(*net), {{"x", x}, {"y", wanted.detach()}});
}

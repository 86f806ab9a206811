// MobileNetV2 for Android: eval, trace, optimize_for_mobile, save for the lite interpreter.
#include "common/lesson.h"
#include "common/mobilenet_v2.h"

using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const int64_t side = run.brief ? 64 : 224;
  auto net = lesson::mobilenet_v2();
  net->eval();
  const torch::Tensor x = torch::rand({1, 3, side, side}), y = torch::rand({2, 3, 96, 64});

  auto traced = torch::jit::trace(net, {x});
  traced.save(run.file("model.pt"));
  torch::utils::optimize_for_mobile(traced)._save_for_mobile(run.file("model.ptl"));
  const auto optimized = torch::utils::optimize_for_mobile(traced).get_method("forward");
  tealight::draw(*optimized.graph(), run.file("graph.svg"), "MobileNetV2 for phones");
  const auto from_file = torch::jit::load(run.file("model.pt"));
  torch::utils::optimize_for_mobile(from_file)._save_for_mobile(run.file("from_pt.ptl"));

  for (const char* file : {"model.ptl", "from_pt.ptl"}) {
    auto lite = torch::jit::_load_for_mobile(run.file(file));
    for (const torch::Tensor& input : {x, y}) {
      const double d = lesson::difference(lite.forward({input}).toTensor(), net->forward(input));
      std::cout << file << " differs by " << d << " of the largest score\n";
      check(d < 1e-5, std::string(file) + " is equal to the eager model");
    }
    size_t packed = 0, norms = 0;
    for (const auto& o : lite.operators()) {
      packed += o.name == "prepacked::conv2d_clamp_run" ? o.uses : 0;
      norms += o.name == "aten::batch_norm" ? o.uses : 0;
    }
    check(packed == 52 && norms == 0,
          "52 convolutions packed, with their batch norms and activations in them");
  }
  lesson::save_for_twin(
      run, tealight::state_dict(*net),
      {{"x", x}, {"y", net->forward(x).detach()}, {"x2", y}, {"y2", net->forward(y).detach()}});
}

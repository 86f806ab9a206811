// Several inputs put together in a tuple: traced, saved, run by position and by name.
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/lesson.h"

using namespace torch::nn;
using lesson::check;
using lesson::contains;

struct ThreeInputsImpl : Module {
  ThreeInputsImpl()
      : picture(register_module("picture", Conv2d(Conv2dOptions(3, 8, 7).stride(4)))),
        words(register_module("words", Linear(256, 8))),
        boxes(register_module("boxes", Linear(2, 8))) {}
  torch::Tensor forward(torch::Tensor image, torch::Tensor tokens, torch::Tensor places) {
    const torch::Tensor a = picture(image).relu().mean({2, 3});  // [batch, 8]
    const torch::Tensor b = words(tokens).softmax(1).mean(1);    // [batch, 8]
    const torch::Tensor c = boxes(places.reshape({places.size(0), -1, 2})).mean({0, 1});  // [8]
    return torch::cat({a, b, c.expand({image.size(0), 8})}, 1);
  }
  Conv2d picture;
  Linear words, boxes;
};
TORCH_MODULE(ThreeInputs);

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  ThreeInputs net;
  net->eval();
  std::vector<torch::IValue> example{torch::rand({1, 3, 224, 224}), torch::rand({1, 1258, 256}),
                                     torch::rand({10, 2, 2})};
  auto m = torch::jit::trace(net, example, {.names = {"image", "tokens", "boxes"}});
  m.save(run.file("three.pt"));
  m._save_for_mobile(run.file("three.ptl"));

  const auto expect = [&](const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& c,
                          const std::string& what) {
    const torch::Tensor wanted = net->forward(a, b, c);
    check(lesson::difference(m.forward({a, b, c}).toTensor(), wanted) < 1e-5,
          what + ", by position");
    check(lesson::difference(m({{"image", a}, {"tokens", b}, {"boxes", c}}).toTensor(), wanted) <
              1e-5,
          what + ", by name");
  };
  expect(example[0].toTensor(), example[1].toTensor(), example[2].toTensor(),
         "the example's sizes");
  const torch::Tensor a = torch::rand({2, 3, 160, 96}), b = torch::rand({2, 77, 256}),
                      c = torch::rand({4, 2, 2});
  expect(a, b, c, "other sizes");
  for (const char* file : {"three.pt", "three.ptl"}) {
    const auto loaded = torch::jit::load(run.file(file));
    check(lesson::difference(loaded({{"image", a}, {"tokens", b}, {"boxes", c}}).toTensor(),
                             net->forward(a, b, c)) < 1e-5,
          std::string("loaded again, ") + file);
  }

  const std::string missing = lesson::error_of([&] { m({{"image", a}, {"boxes", c}}); });
  std::cout << missing << "\n";
  check(contains(missing, "tokens") && contains(missing, "forward(") &&
            contains(missing, "Tensor boxes"),
        "a missing input's message shows the schema");
  check(tealight::traced_examples(torch::jit::load(run.file("three.pt")), "forward") ==
            std::vector<std::string>{"float32[1, 3, 224, 224]", "float32[1, 1258, 256]",
                                     "float32[10, 2, 2]"},
        "the file knows what its example inputs were");

  tealight::draw(*m.graph(), run.file("graph.svg"), "three inputs");
  lesson::save_for_twin(
      run, tealight::state_dict(*net),
      {{"image", a}, {"tokens", b}, {"boxes", c}, {"y", net->forward(a, b, c).detach()}});
}

// Ready-made networks: the head is swapped, the rest frozen, and only the head learns.
#include <tealight/nn/state_dict.h>
#include <tealight/vision.h>
#include <torch/torch.h>

#include "common/lesson.h"

using lesson::check;
namespace models = tealight::models;

namespace {

int64_t count(const torch::nn::Module& m, bool trainable) {
  int64_t n = 0;
  for (const torch::Tensor& p : m.parameters())
    if (!trainable || p.requires_grad()) n += p.numel();
  return n;
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  std::vector<std::string> names{"resnet18", "mobilenet_v2", "squeezenet1_1"};
  if (!run.brief)
    for (const char* more : {"vgg16", "resnet50", "mobilenet_v1", "mobilenet_v3_large",
                             "shufflenet_v2_x1_0", "googlenet"})
      names.push_back(more);
  const torch::Tensor x = torch::rand({2, 3, 64, 64}), y = torch::tensor({0, 1}, torch::kLong);
  for (const std::string& name : names) {
    const auto net = models::create(name);
    const int64_t whole = count(*net, false);
    models::reset_head(*net, 2, {.freeze_rest = true});
    const int64_t head = count(*net, true);
    std::cout << name << ": " << whole << " parameters, input " << net->input_size() << ", head "
              << net->head_layers().front() << ", of which now learn " << head << "\n";
    check(net->num_classes() == 2 && head < whole / 10,
          "a new head of two classes, the rest frozen");

    std::map<std::string, torch::Tensor> before;
    for (const auto& p : tealight::state_dict(*net)) before[p.first] = p.second.clone();
    net->train();
    std::vector<torch::Tensor> learning;
    for (torch::Tensor& p : net->parameters())
      if (p.requires_grad()) learning.push_back(p);
    torch::optim::SGD sgd(learning, torch::optim::SGDOptions(1e-2).momentum(0.9));
    torch::nn::functional::cross_entropy(net->forward(x), y).backward();
    sgd.step();
    int64_t changed = 0;
    for (const auto& p : tealight::state_dict(*net)) {
      const bool of_head = p.first.starts_with(net->head_layers().front());
      const bool same = torch::equal(before[p.first], p.second);
      changed += !same;
      if (!of_head && !same) check(false, p.first + " was frozen, but has changed");
    }
    check(changed > 0, "the head has learned, frozen weights and statistics are equal to the bit");
  }

  // ENet names every pixel; its last layer is made for the classes that are asked for.
  const auto segmenter = models::create_segmenter("enet", {.num_classes = 5});
  segmenter->eval();
  check(segmenter->forward(x).sizes() == torch::IntArrayRef({2, 5, 64, 64}),
        "ENet gives five scores to each pixel");

  const auto net = models::resnet18();
  models::reset_head(*net, 2);
  net->eval();
  const torch::Tensor scores = net->forward(x).detach();
  auto traced =
      torch::jit::trace([&](torch::Tensor pictures) { return net->forward(pictures); }, {x});
  tealight::draw(*traced.graph(), run.file("graph.svg"), "ResNet18 with two classes");
  lesson::save_for_twin(run, tealight::state_dict(*net), {{"x", x}, {"scores", scores}});
}

// LeNet5 (LeCun et al. 1998) with Tanh and average pooling, on handwritten digits: logits and
// probabilities come out as a pair, in C++, from the traced .pt and from the .ptl.
#include <torch/torch.h>

#include "common/digits.h"

using lesson::check;
using namespace torch::nn;

struct LeNet5Impl : Module {
  Sequential feature_extractor, classifier;
  explicit LeNet5Impl(int64_t n_classes)
      : feature_extractor(register_module(
            "feature_extractor", Sequential(Conv2d(1, 6, 5), Tanh(), AvgPool2d(2), Conv2d(6, 16, 5),
                                            Tanh(), AvgPool2d(2), Conv2d(16, 120, 5), Tanh()))),
        classifier(register_module("classifier",
                                   Sequential(Linear(120, 84), Tanh(), Linear(84, n_classes)))) {}
  std::tuple<torch::Tensor, torch::Tensor> forward(torch::Tensor x) {  // x [N, 1, 32, 32]
    auto logits = classifier->forward(torch::flatten(feature_extractor->forward(x), 1));
    return {logits, torch::softmax(logits, 1)};
  }
};
TORCH_MODULE(LeNet5);

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 32);
  torch::manual_seed(1);
  LeNet5 net(10);
  int64_t count = 0;
  for (const torch::Tensor& p : net->parameters()) count += p.numel();
  check(count == 61'706, "61 706 parameters");

  torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(2e-3));
  std::vector<double> losses;
  const int epochs = run.brief ? 12 : 30;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    net->train();
    double sum = 0;
    int64_t n = 0;
    lesson::for_each_batch(data.images, data.labels, 64, [&](const auto& x, const auto& y) {
      adam.zero_grad();
      auto loss = torch::nn::functional::cross_entropy(std::get<0>(net(x)), y);
      loss.backward();
      adam.step();
      sum += loss.template item<double>() * double(x.size(0));
      n += x.size(0);
    });
    losses.push_back(sum / double(n));
    std::cout << "epoch " << epoch + 1 << "/" << epochs << ", loss " << losses.back() << std::endl;
  }

  net->eval();
  torch::NoGradGuard off;
  const auto [logits, probabilities] = net(data.test_images);
  const double accuracy =
      (logits.argmax(1) == data.test_labels).to(torch::kFloat).mean().item<double>();
  std::cout << "accuracy on " << data.test_labels.size(0) << " held-out digits: " << accuracy
            << "\n";
  check(accuracy >= 0.98, "at least 0.98 of the held-out digits are read rightly");
  check(lesson::difference(probabilities.sum(1), torch::ones({probabilities.size(0)})) < 1e-5,
        "probabilities add up to one");

  const torch::Tensor x = data.test_images.slice(0, 0, 8);
  const auto [want_logits, want_probabilities] = net(x);
  auto traced = torch::jit::trace(net, {x});
  traced.save(run.file("lenet5.pt"));
  torch::utils::optimize_for_mobile(traced)._save_for_mobile(run.file("lenet5.ptl"));
  auto script = torch::jit::load(run.file("lenet5.pt"));
  auto lite = torch::jit::_load_for_mobile(run.file("lenet5.ptl"));
  for (const torch::IValue& pair : {script.forward({x}), lite.forward({x})}) {
    const auto& parts = pair.toTuple()->elements();
    check(lesson::difference(parts[0].toTensor(), want_logits) < 1e-4 &&
              lesson::difference(parts[1].toTensor(), want_probabilities) < 1e-4,
          "the saved model returns the same pair");
  }

  tealight::Plot plot("LeNet5 on handwritten digits", "epoch", "loss");
  plot.line("training loss", torch::arange(1, epochs + 1), torch::tensor(losses));
  plot.save(run.file("loss.svg"));
  lesson::save_for_twin(run, tealight::state_dict(*net),
                        {{"x", x}, {"logits", want_logits}, {"probabilities", want_probabilities}});
}

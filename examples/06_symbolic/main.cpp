// Layers called on a symbolic input make a model with names; its training is a loop of one's own.
#include <tealight/data/plot.h>
#include <tealight/keras.h>
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include <chrono>

#include "common/digits.h"

namespace K = tealight::keras;
using lesson::check;

namespace {

// Pictures as rows of 784 numbers.
struct Rows : torch::data::datasets::Dataset<Rows> {
  torch::Tensor images, labels;
  explicit Rows(const lesson::Digits& d) : images(d.images.flatten(1)), labels(d.labels) {}
  torch::data::Example<> get(size_t i) override { return {images[int64_t(i)], labels[int64_t(i)]}; }
  torch::optional<size_t> size() const override { return size_t(labels.size(0)); }
};

tealight::StateDict copy_of(const K::Model& model) {
  tealight::StateDict copy;
  for (const auto& [name, tensor] : tealight::state_dict(model))
    copy.emplace_back(name, tensor.detach().clone());
  return copy;
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 28);
  torch::manual_seed(1);

  auto in = K::Input({784}, "digits");
  auto x = K::Dense(64, "relu", "dense_1")(in);
  x = K::Dense(64, "relu", "dense_2")(x);
  K::Model model(in, K::Dense(10, "", "predictions")(x));
  check(model.count_params() == 55'050, "55 050 parameters");
  std::cout << model.summary();
  check(model.summary().layers[2].name == "predictions" && model.summary().macs == 54'912,
        "the summary shows the names and counts the multiplications");
  for (const char* name : {"dense_1", "dense_2", "predictions"})
    check(lesson::contains(tealight::str(model), name), std::string("it has a layer ") + name);

  // One step, which the twin takes, too.
  torch::optim::SGD sgd(model.trainable_weights(), 1e-3);
  const tealight::StateDict before = copy_of(model);
  const torch::Tensor xb0 = data.images.slice(0, 0, 64).flatten(1),
                      yb0 = data.labels.slice(0, 0, 64);
  const auto first_loss = torch::nn::functional::cross_entropy(model(xb0, K::training), yb0);
  first_loss.backward();
  sgd.step();
  lesson::save_for_twin(run, before, {{"x", xb0}, {"y", yb0}, {"loss", first_loss.detach()}});
  tealight::save_state_dict(model, run.file("stepped.pth"));

  auto train_loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      Rows(data).map(torch::data::transforms::Stack<>()), torch::data::DataLoaderOptions(64));
  const auto accuracy = [&] {
    const torch::Tensor scores = model.predict(data.test_images.flatten(1));
    return (scores.argmax(1) == data.test_labels).to(torch::kDouble).mean().item<double>();
  };
  std::vector<double> losses, reached;
  const int epochs = run.brief ? 40 : 150;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const auto began = std::chrono::steady_clock::now();
    double sum = 0;
    int64_t n = 0;
    for (auto& [xb, yb] : *train_loader) {  // the libtorch loop: the tape is always there
      sgd.zero_grad();
      auto loss = torch::nn::functional::cross_entropy(model(xb, K::training), yb);
      loss.backward();
      sgd.step();
      sum += loss.item<double>() * double(yb.size(0));
      n += yb.size(0);
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    losses.push_back(sum / double(n));
    reached.push_back(accuracy());
    std::cout << "epoch " << epoch + 1 << "/" << epochs << ", loss " << losses.back()
              << ", accuracy " << reached.back() << ", " << seconds.count() << " s" << std::endl;
  }
  check(losses.back() < losses.front() && reached.back() > 0.5,
        "with a rate of 1e-3 it learns slowly, but it learns");

  // The same by compile(): a loss that takes logits.
  model.compile({.optimizer = torch::optim::SGDOptions(1e-3),
                 .loss = K::SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  const auto [loss, again] = model.evaluate(data.test_images.flatten(1), data.test_labels);
  check(std::abs(again - reached.back()) < 1e-9, "evaluate says the same");

  model.eval();
  const torch::Tensor xt = data.test_images.slice(0, 0, 8).flatten(1);
  auto traced = torch::jit::trace(model, {xt}, {.names = {model.input_name()}});
  check(lesson::contains(tealight::str(*traced.graph()), "%digits"), "the input keeps its name");
  traced._save_for_mobile(run.file("model.ptl"));
  const auto weights = torch::jit::_load_for_mobile(run.file("model.ptl")).named_parameters();
  check(weights.count("dense_1.weight") && weights.count("predictions.bias"),
        "the .ptl has the layers' names");

  tealight::Plot plot("SGD, rate 0.001", "epoch", "");
  const torch::Tensor epoch = torch::arange(1, epochs + 1);
  plot.line("loss", epoch, torch::tensor(losses));
  plot.line("accuracy", epoch, torch::tensor(reached));
  plot.save(run.file("loss.svg"));
}

// Keras's way: a Sequential whose sizes follow from the first batch; compile, fit, evaluate,
// predict.
#include <tealight/data/plot.h>
#include <tealight/keras.h>
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include "common/digits.h"

namespace K = tealight::keras;
using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 28);
  torch::manual_seed(1);

  K::Sequential model(
      {K::Flatten(), K::Dense(512, "relu"), K::Dropout(0.2), K::Dense(10, "softmax")});
  check(model.parameters().empty(), "before the first batch there are no weights");
  model.compile(
      {.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const int64_t epochs = run.brief ? 10 : 30;
  const auto history =
      model.fit(data.images, data.labels,
                {.epochs = epochs, .batch_size = 64, .validation_split = 0.1, .seed = 0});
  check(model.input_sizes() == std::vector<int64_t>{1, 28, 28},
        "the input's sizes are those of the first batch");
  check(model.count_params() == 407'050, "407 050 parameters");
  const std::vector<double> losses = history["loss"], val_losses = history["val_loss"];
  check(int64_t(losses.size()) == epochs && losses.back() < losses.front() / 4,
        "fit returns the history, and the loss falls");
  std::cout << model.summary();

  const auto [loss, accuracy] = model.evaluate(data.test_images, data.test_labels);
  const torch::Tensor probs = model.predict(data.test_images);
  const double by_hand =
      (probs.argmax(1) == data.test_labels).to(torch::kDouble).mean().item<double>();
  std::cout << "held out: loss " << loss << ", accuracy " << accuracy << "\n";
  check(std::abs(accuracy - by_hand) < 1e-9, "evaluate gives the accuracy that is counted by hand");
  check(accuracy >= 0.93, "at least 0.93 of the held-out digits are read rightly");
  check(!probs.requires_grad() && torch::equal(probs, model.predict(data.test_images)),
        "predict is in eval mode, where dropout does nothing, and records no graph");
  check(lesson::difference(probs.sum(1), torch::ones({probs.size(0)})) < 1e-5,
        "probabilities add up to one");

  const torch::Tensor x = data.test_images.slice(0, 0, 8);
  model.eval();
  auto traced = torch::jit::trace(model, {x});
  torch::utils::optimize_for_mobile(traced)._save_for_mobile(run.file("model.ptl"));
  auto lite = torch::jit::_load_for_mobile(run.file("model.ptl"));
  check(lesson::difference(lite.forward({x}).toTensor(), model.predict(x)) < 1e-5,
        "the .ptl gives the same");

  tealight::Plot plot("Sequential on handwritten digits", "epoch", "loss");
  const torch::Tensor epoch = torch::arange(1, epochs + 1);
  plot.line("training", epoch, torch::tensor(losses));
  plot.line("validation", epoch, torch::tensor(val_losses));
  plot.save(run.file("loss.svg"));
  lesson::save_for_twin(run, tealight::state_dict(model), {{"x", x}, {"y", model.predict(x)}});
}

// Lightning's way: a module says what a step is, the Trainer does the rest; and Lightning's own
// checkpoints load.
#include <tealight/data/plot.h>
#include <tealight/nn/state_dict.h>
#include <tealight/trainer.h>
#include <torch/torch.h>

#include "common/digits.h"

using lesson::check;
using namespace torch::nn;

struct LitAutoEncoder : tealight::LightningModule {
  Sequential encoder, decoder;
  LitAutoEncoder()
      : encoder(register_module("encoder", Sequential(Linear(64, 32), ReLU(), Linear(32, 8)))),
        decoder(register_module("decoder", Sequential(Linear(8, 32), ReLU(), Linear(32, 64)))) {}
  torch::Tensor forward(torch::Tensor x) { return decoder->forward(encoder->forward(x)); }
  torch::Tensor training_step(Batch b, int64_t) override {
    auto x = b.data.flatten(1), y = forward(x);
    auto loss = torch::mse_loss(y, x);
    log("train_loss", loss);
    return loss;
  }
  Optimizer configure_optimizers() override {
    return torch::optim::Adam(parameters(), torch::optim::AdamOptions(2e-3));
  }
};

namespace {

std::vector<tealight::TrainBatch> batches(const torch::Tensor& images,
                                          const torch::Tensor& labels) {
  std::vector<tealight::TrainBatch> all;
  lesson::for_each_batch(images, labels, 64, [&](const torch::Tensor& x, const torch::Tensor& y) {
    all.push_back({x, y});
  });
  return all;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 8);
  torch::manual_seed(1);
  auto train = batches(data.images, data.labels), val = batches(data.test_images, data.test_labels);

  // Nothing but training_step and configure_optimizers: validation follows from them.
  LitAutoEncoder model;
  const int64_t epochs = run.brief ? 20 : 60;
  tealight::Trainer trainer({.max_epochs = epochs, .seed = 0, .folder = run.file("run")});
  const auto result = trainer.fit(model, train, val);
  std::vector<double> losses, val_losses;
  for (const auto& epoch : result.history) {
    losses.push_back(epoch.at("train_loss"));
    val_losses.push_back(epoch.at("val_loss"));
  }
  check(val_losses.back() < val_losses.front() / 2, "the validation loss falls");
  const torch::Tensor x = data.test_images.flatten(1);
  const torch::Tensor mean = data.images.flatten(1).mean(0, /*keepdim=*/true).expand_as(x);
  model.eval();
  check(torch::mse_loss(model.forward(x), x).item<double>() <
            torch::mse_loss(mean, x).item<double>() / 2,
        "eight numbers of a digit tell much more than the mean of all digits");

  // What Lightning saved of such a model, inside of a module of its own: names begin with "model.".
  LitAutoEncoder other;
  const std::string file = run.file("lightning.ckpt");
  const std::string error = lesson::error_of([&] { tealight::load_state_dict(other, file); });
  check(lesson::contains(error, "{.prefix = \"model.\"}"), "the error names the prefix that helps");
  const auto part = tealight::load_state_dict(other, file, {.strict = true, .prefix = "model."});
  check(part.all_match() && part.loaded == 8, "with its prefix Lightning's checkpoint loads whole");
  struct Wrapper : Module {
    std::shared_ptr<LitAutoEncoder> model{
        register_module("model", std::make_shared<LitAutoEncoder>())};
  } wrapper;
  const auto report = tealight::load_state_dict(wrapper, file, {.strict = false});
  std::cout << report << "\n";
  check(report.missing.empty() && report.loaded == 8 && has(report.unexpected, "pixel_mean"),
        "what the checkpoint has beyond the model is listed");
  other.eval();
  const torch::Tensor sample = x.slice(0, 0, 4);

  auto traced = torch::jit::trace(model, {sample});
  check(lesson::difference(traced.forward({sample}).toTensor(), model.forward(sample).detach()) <
            1e-5,
        "the trained module is traced as any other");
  tealight::Plot plot("Autoencoder of digits", "epoch", "loss");
  const torch::Tensor epoch = torch::arange(1, epochs + 1);
  plot.line("training", epoch, torch::tensor(losses));
  plot.line("validation", epoch, torch::tensor(val_losses));
  plot.save(run.file("loss.svg"));
  lesson::save_for_twin(run, tealight::state_dict(model),
                        {{"x", sample},
                         {"y", model.forward(sample).detach()},
                         {"lightning", other.forward(sample).detach()}});
}

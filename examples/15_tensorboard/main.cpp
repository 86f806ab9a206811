// Logs of a training: curves and pictures for TensorBoard, and runs that `tealight runs` compares.
#include <tealight/data/plot.h>
#include <tealight/run.h>
#include <tealight/summary_writer.h>
#include <torch/torch.h>

#include "common/digits.h"

using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 8);
  const torch::Tensor images = data.images.flatten(1), test = data.test_images.flatten(1);
  tealight::Plot plot("Accuracy on held-out digits", "epoch", "accuracy");
  const int epochs = run.brief ? 8 : 25;
  for (const double rate : {1e-3, 1e-2}) {
    torch::manual_seed(1);
    torch::nn::Sequential net(torch::nn::Linear(64, 32), torch::nn::ReLU(),
                              torch::nn::Linear(32, 10));
    torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(rate));
    const std::string name = rate < 5e-3 ? "slow" : "quick";
    tealight::SummaryWriter log(run.file("boards/" + name));
    tealight::Run experiment(run.file("digits"),
                             {.config = {{"lr", rate}}, .seed = 1, .name = name});
    log.add_images("digits", data.images.slice(0, 0, 16));
    std::vector<double> accuracies;
    for (int epoch = 1; epoch <= epochs; ++epoch) {
      double loss_sum = 0;
      lesson::for_each_batch(images, data.labels, 64, [&](const auto& x, const auto& y) {
        adam.zero_grad();
        auto loss = torch::nn::functional::cross_entropy(net->forward(x), y);
        loss.backward();
        adam.step();
        loss_sum += loss.template item<double>() * double(x.size(0));
      });
      torch::NoGradGuard off;
      const double accuracy = (net->forward(test).argmax(1) == data.test_labels)
                                  .to(torch::kFloat)
                                  .mean()
                                  .item<double>();
      accuracies.push_back(accuracy);
      log.add_scalar("loss/train", loss_sum / double(images.size(0)), epoch);
      log.add_scalar("accuracy/test", accuracy, epoch);
      log.add_histogram("first layer", net->parameters()[0].detach(), epoch);
      experiment.log({{"accuracy", accuracy}, {"loss", loss_sum / double(images.size(0))}}, epoch);
    }
    plot.line("rate " + std::to_string(rate).substr(0, 5), torch::arange(1, epochs + 1),
              torch::tensor(accuracies));
    check(accuracies.back() > accuracies.front(), name + ": it learns");
  }
  plot.save(run.file("accuracy.svg"));
  int files = 0;
  for (const auto& f : lesson::fs::recursive_directory_iterator(run.file("boards")))
    files += f.path().filename().string().starts_with("events.out.tfevents") &&
             lesson::fs::file_size(f) > 1000;
  check(files == 2, "a file of events for each run");
  check(lesson::fs::exists(run.file("digits/quick/run.json")) &&
            lesson::fs::exists(run.file("digits/quick/metrics.jsonl")),
        "settings and metrics of each run in its folder");
}

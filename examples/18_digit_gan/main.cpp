// A generative adversarial network learns to draw digits: LeNet5 must recognise them. Two of the
// numbers behind a picture are sliders; the generator goes to a phone as a .ptl. And a generator in
// the manner of StyleGAN, exported like any network.
#include <tealight/data/grid.h>
#include <tealight/data/plot.h>
#include <tealight/vision.h>
#include <torch/torch.h>

#include "common/digits.h"

using lesson::check;
namespace models = tealight::models;

torch::Tensor to_32x32(const torch::Tensor& pictures) {
  return torch::nn::functional::interpolate(pictures,
                                            torch::nn::functional::InterpolateFuncOptions()
                                                .size(std::vector<int64_t>{32, 32})
                                                .mode(torch::kBilinear)
                                                .align_corners(false));
}

// The reader of lesson 04.
models::LeNet5 reader(const lesson::Digits& data) {
  models::LeNet5 net(10);
  torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(2e-3));
  torch::optim::StepLR decay(adam, /*step_size=*/8, /*gamma=*/0.4);
  for (int epoch = 0; epoch < 24; ++epoch, decay.step()) {
    lesson::for_each_batch(data.images, data.labels, 64, [&](const auto& x, const auto& y) {
      adam.zero_grad();
      const int64_t right = torch::randint(-2, 3, {1}).template item<int64_t>(),
                    down = torch::randint(-2, 3, {1}).template item<int64_t>();
      const torch::Tensor moved = torch::roll(to_32x32(x), {down, right}, {2, 3});
      torch::nn::functional::cross_entropy(std::get<0>(net(moved)), y).backward();
      adam.step();
    });
  }
  net->eval();
  const torch::NoGradGuard off;
  const auto read = std::get<0>(net(to_32x32(data.test_images))).argmax(1);
  const double accuracy = (read == data.test_labels).to(torch::kFloat).mean().item<double>();
  std::cout << "the reader's accuracy on held-out digits: " << accuracy << "\n";
  check(accuracy >= 0.97, "the reader knows digits");
  return net;
}

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 8);
  torch::manual_seed(1);
  const models::GanOptions shape{.latent = 32, .classes = 10, .size = {1, 8, 8}};
  models::Generator g(shape);
  models::Discriminator d(shape);

  std::vector<double> g_losses, d_losses;
  const auto ten_each = torch::arange(10).repeat({10});
  const auto noise = torch::randn({100, shape.latent});
  const int64_t epochs = run.brief ? 160 : 300;
  tealight::train_gan(g, d, data.images, data.labels,
                      {.epochs = epochs, .on_epoch = [&](const tealight::GanEpoch& e) {
                         g_losses.push_back(e.generator_loss);
                         d_losses.push_back(e.discriminator_loss);
                         if (e.epoch % 20 != 0) return;
                         std::cout << "epoch " << e.epoch << "/" << epochs << ", losses "
                                   << e.generator_loss << " and " << e.discriminator_loss
                                   << std::endl;
                         const torch::NoGradGuard off;
                         auto generator = e.generator;
                         tealight::save_image(
                             to_32x32(generator(noise, ten_each)),
                             run.file("samples_" + std::to_string(e.epoch) + ".png"), {.nrow = 10});
                       }});

  auto reads = reader(data);
  const torch::NoGradGuard off;
  const auto wanted = torch::randint(10, {1000}, torch::kLong);
  const auto samples = g(torch::randn({1000, shape.latent}), wanted);
  const auto [confidence, digit] = std::get<1>(reads(to_32x32(samples))).max(1);
  const auto sure = confidence >= 0.9;
  const double share = sure.to(torch::kFloat).mean().item<double>();
  const double right = (digit == wanted).to(torch::kFloat).mean().item<double>();
  const auto counts = torch::bincount(digit.masked_select(sure), {}, 10);
  std::cout << "recognised with confidence: " << share << ", as the digit asked for: " << right
            << "\nhow many of each: " << counts << "\n";
  check(share >= 0.8, "of 1000 samples at least 800 are recognised with confidence >= 0.9");
  check(right >= 0.8, "at least 800 are the digit that was asked for");
  check(counts.min().item<int64_t>() > 0, "every digit is among them");
  check(samples.std(0).mean().item<double>() > 0.1, "they are not all the same");

  // Sliders: two of the numbers go from -2 to 2, the others stay.
  const auto steps = torch::linspace(-2, 2, 8);
  auto sliders = torch::randn({1, shape.latent}).repeat({64, 1});
  sliders.select(1, 0).copy_(steps.repeat_interleave(8));
  sliders.select(1, 1).copy_(steps.repeat({8}));
  const auto eights = torch::full({64}, 8, torch::kLong);
  const auto slid = g(sliders, eights);
  check(lesson::difference(slid[0], slid[63]) > 0.05, "the sliders change the picture");
  tealight::save_image(to_32x32(slid), run.file("sliders.png"), {.nrow = 8});
  tealight::save_image(to_32x32(g(noise, ten_each)), run.file("samples.png"), {.nrow = 10});

  auto traced = torch::jit::trace(g, {noise, ten_each});
  torch::utils::optimize_for_mobile(traced)._save_for_mobile(run.file("digits.ptl"));
  auto lite = torch::jit::_load_for_mobile(run.file("digits.ptl"));
  check(lesson::difference(lite.forward({sliders, eights}).toTensor(), slid) < 1e-5,
        "the .ptl draws the same, any number of pictures at once");

  auto stylegan = models::stylegan({.latent = 64, .size = 32, .max_channels = 32});
  stylegan->eval();
  const auto style = torch::randn({4, 64});
  const auto faces = stylegan->forward(style, /*truncation=*/0.7);  // [4, 3, 32, 32]
  auto traced_style = torch::jit::trace(
      [&](torch::Tensor noise) { return stylegan->forward(noise, 0.7); }, {style.slice(0, 0, 1)});
  traced_style.save(run.file("stylegan.pt"));
  auto loaded = torch::jit::load(run.file("stylegan.pt"));
  check(lesson::difference(loaded.forward({style}).toTensor(), faces) < 1e-5,
        "the StyleGAN-like generator is exported, for any number of pictures");
  check(stylegan->forward(style, 0.1).std(0).mean().item<double>() <
            faces.std(0).mean().item<double>(),
        "truncation takes variety away");

  tealight::Plot plot("A GAN on handwritten digits", "epoch", "loss");
  const auto epoch = torch::arange(1, epochs + 1);
  plot.line("generator", epoch, torch::tensor(g_losses));
  plot.line("discriminator", epoch, torch::tensor(d_losses));
  plot.save(run.file("loss.svg"));
  lesson::save_for_twin(run, tealight::state_dict(*g),
                        {{"noise", sliders},
                         {"classes", eights},
                         {"pictures", slid},
                         {"style", style},
                         {"faces", faces}});
}

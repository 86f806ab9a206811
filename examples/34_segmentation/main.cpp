// Segmentation: DeepLabV3 names every pixel, and its classes are laid over the picture in their
// colours.
#include <tealight/data.h>
#include <tealight/data/draw.h>
#include <tealight/data/labels.h>
#include <tealight/nn/state_dict.h>
#include <tealight/vision.h>
#include <torch/torch.h>

#include <set>

#include "common/shapes.h"

using lesson::check;
namespace F = tealight::transforms::functional;
namespace models = tealight::models;

namespace {

constexpr int kWidth = 128, kHeight = 96, kClasses = 21;

// A picture, and the class of each pixel: 0, or the kind of shape that lies there.
struct Scene {
  tealight::Image picture;
  torch::Tensor x, classes;  // (3, H, W), (H, W)
};

Scene draw_scene(std::mt19937& random) {
  constexpr std::array<std::array<int, 3>, 3> kColors = {
      {{220, 60, 50}, {60, 190, 70}, {60, 90, 220}}};
  const auto part = [&](double low, double high) {
    return low + (high - low) * double(random() % 1000) / 1000;
  };
  Scene scene;
  scene.classes = torch::zeros({kHeight, kWidth}, torch::kLong);
  std::vector<lesson::Shape> shapes;
  for (int kind = 0; kind < 3; ++kind)
    shapes.push_back({kind, kWidth * part(0.15, 0.85), kHeight * part(0.25, 0.75), part(16, 26),
                      kColors[size_t(kind)]});
  scene.picture =
      lesson::draw_shapes(kWidth, kHeight, shapes, random, scene.classes.data_ptr<int64_t>());
  scene.x = tealight::normalize(F::to_tensor(scene.picture), tealight::imagenet_norm());
  return scene;
}

std::span<const int64_t> numbers(const torch::Tensor& classes) {
  return {classes.const_data_ptr<int64_t>(), size_t(classes.numel())};
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  std::mt19937 random(0);
  // In place of weights of COCO: {.weights = "coco"} takes them from PyTorch's cache.
  auto net = models::create_segmenter("deeplabv3_mobilenet_v3_large", {.num_classes = kClasses});
  for (auto& m : net->modules())  // few steps: statistics have to follow quickly
    if (auto* norm = m->as<torch::nn::BatchNorm2d>()) norm->options.momentum(0.1);

  torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(2e-3));
  const int steps = run.brief ? 100 : 200;
  for (int step = 0; step < steps; ++step) {
    std::vector<torch::Tensor> x, y;
    for (int i = 0; i < 4; ++i) {
      const Scene scene = draw_scene(random);
      x.push_back(scene.x);
      y.push_back(scene.classes);
    }
    adam.zero_grad();
    auto loss =
        torch::nn::functional::cross_entropy(net->forward(torch::stack(x)), torch::stack(y));
    loss.backward();
    adam.step();
    if (step % 10 == 9) std::cout << "step " << step + 1 << ": " << loss.item<float>() << std::endl;
  }

  net->eval();
  const torch::NoGradGuard off;
  Scene scene = draw_scene(random);
  const torch::Tensor x = scene.x.unsqueeze(0), scores = net->forward(x);
  check(scores.sizes() == torch::IntArrayRef({1, kClasses, kHeight, kWidth}),
        "21 scores for each pixel");
  const torch::Tensor classes = scores.argmax(1)[0].contiguous();
  const double right = (classes == scene.classes).to(torch::kFloat).mean().item<double>();
  const double background = (scene.classes == 0).to(torch::kFloat).mean().item<double>();
  std::cout << right << " of the pixels are named rightly, " << background << " are background\n";
  check(right > background + 0.3 * (1 - background),
        "it has learnt to tell shapes from the background");

  std::set<std::array<uint8_t, 3>> colors;
  for (int i = 0; i < kClasses; ++i) {
    const tealight::Color c = tealight::voc_color(i);
    colors.insert({c.red, c.green, c.blue});
  }
  const auto names = tealight::labels("voc");
  check(colors.size() == kClasses && names.size() == kClasses && names[15] == "person",
        "21 classes, and a colour for each");

  tealight::write_png(run.file("scene.png"), scene.picture);
  tealight::Image overlay = scene.picture;
  tealight::overlay_classes(overlay, numbers(classes), 0.6f);
  int64_t changed = 0;
  for (size_t i = 0; i < size_t(classes.numel()); ++i)
    changed += !std::equal(&overlay.pixels[3 * i], &overlay.pixels[3 * i] + 3,
                           &scene.picture.pixels[3 * i]);
  check(changed > 0 && changed <= (classes != 0).sum().item<int64_t>(),
        "the overlay colours the classes and leaves the background");
  tealight::save_image(torch::stack({F::to_tensor(scene.picture), F::to_tensor(overlay)}),
                       run.file("overlay.png"), {.nrow = 2});

  auto traced =
      torch::jit::trace([&](torch::Tensor pictures) { return net->forward(pictures); }, {x});
  traced._save_for_mobile(
      run.file("deeplabv3.ptl"),
      {{"picture_options.txt", "mean 0.485,0.456,0.406\nstd 0.229,0.224,0.225\n"}});
  const auto lite = torch::jit::_load_for_mobile(run.file("deeplabv3.ptl"));
  check(torch::equal(lite.forward({x}).toTensor().argmax(1)[0], classes),
        "the .ptl names the same");
  lesson::save_for_twin(run, tealight::state_dict(*net), {{"x", x}, {"classes", classes}});
}

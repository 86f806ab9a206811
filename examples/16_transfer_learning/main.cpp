// Transfer learning: a ready-made network learns to tell ants from bees, and becomes a model with
// its labels inside that names pictures in one call.
#include <tealight/classifier.h>
#include <tealight/data.h>
#include <tealight/data/draw.h>
#include <tealight/nn/state_dict.h>
#include <tealight/trainer.h>
#include <tealight/transfer.h>
#include <torch/torch.h>

#include "common/mobilenet_v2.h"
#include "common/shapes.h"

using lesson::check;
namespace fs = std::filesystem;
namespace T = tealight::transforms;
namespace models = tealight::models;

namespace {

const std::string kPictures = "../shared/data/hymenoptera_data",
                  kWeights = "../shared/models/mobilenet_v2_imagenet_fp32/mobilenet_v2_fp16.pth";
constexpr int kSide = 64;  // of the drawn pictures

// An ant is three dark spots in a row, a bee a yellow one with stripes.
tealight::Image drawn(bool bee, std::mt19937& random) {
  const double x = 26 + int(random() % 12), y = 26 + int(random() % 12), r = 12 + int(random() % 4);
  const std::array<int, 3> dark = {60, 30, 20}, yellow = {230, 190, 40};
  if (!bee)
    return lesson::draw_shapes(
        kSide, kSide,
        {{0, x - r, y, r * 0.7, dark}, {0, x, y, r * 0.5, dark}, {0, x + r, y, r, dark}}, random);
  return lesson::draw_shapes(
      kSide, kSide,
      {{0, x, y, r * 1.5, yellow}, {1, x - r / 2, y, r / 4, dark}, {1, x + r / 2, y, r / 4, dark}},
      random);
}

void draw_folder(const fs::path& folder) {
  std::mt19937 random(0);
  for (const std::string part : {"train", "val"})
    for (const bool bee : {false, true}) {
      const fs::path to = folder / part / (bee ? "bees" : "ants");
      fs::create_directories(to);
      for (int i = 0; i < (part == "train" ? 32 : 12); ++i)
        tealight::write_png(to / (std::to_string(i) + ".png"), drawn(bee, random));
    }
}

using tealight::imagenet_norm;

tealight::data::ImageFolders folder_of(const fs::path& folder, int side) {
  return tealight::data::image_folder(
      folder, {.train = {T::RandomResizedCrop(side, {0.6, 1.0}), T::RandomHorizontalFlip(),
                         imagenet_norm()},
               .val = {T::Resize(side), T::CenterCrop(side), imagenet_norm()},
               .batch_size = 4});
}

// The pictures with what the model says of them.
void draw_predictions(const tealight::Classifier& classifier, const fs::path& folder,
                      const std::string& out) {
  std::vector<torch::Tensor> shown;
  for (int i = 0; i < 4; ++i)
    for (const char* name : {"ants", "bees"}) {
      const auto picture = tealight::read_image(folder / name / (std::to_string(i) + ".png"));
      const auto best = classifier.classify(picture).best();
      auto large = tealight::resize(picture, 128, 128);
      tealight::draw_text(
          large, 4, 112,
          best.label + " " + std::to_string(best.probability * 100).substr(0, 4) + "%",
          best.label == name ? tealight::Color{0, 96, 0} : tealight::Color{200, 0, 0}, 2);
      shown.push_back(T::functional::to_tensor(large));
    }
  tealight::save_image(torch::stack(shown), out, {.nrow = 4});
}

// Nothing but the head has changed.
bool frozen(const models::Classifier& net, const tealight::StateDict& before) {
  for (const auto& [name, tensor] : tealight::state_dict(net))
    for (const auto& [other, old] : before)
      if (name == other && !name.starts_with(net.head_layers()[0]) && !torch::equal(tensor, old))
        return false;
  return true;
}

// On pictures of the lesson's own, with a backbone whose features are random: colours are enough.
void on_drawn_pictures(const lesson::Run& run) {
  draw_folder(run.folder / "drawn");
  auto data = folder_of(run.folder / "drawn", kSide);
  check(data.classes == std::vector<std::string>({"ants", "bees"}), "a class for each folder");
  auto net = lesson::mobilenet_v2();
  check(net->input_size() == 224,
        "the network is made for pictures of 224 by 224, and takes others");

  tealight::StateDict before;
  for (const auto& [name, tensor] : tealight::state_dict(*net))
    before.emplace_back(name, tensor.clone());
  models::reset_head(*net, int64_t(data.classes.size()), {.freeze_rest = true});
  const auto best =
      tealight::Trainer(
          {.max_epochs = 40, .seed = 0, .keep = tealight::Best("val_accuracy"), .progress = false})
          .fit(net, data.train, data.val);
  std::cout << "drawn pictures, fixed features: " << best.best << "\n";
  check(best.best >= 0.9, "the head tells drawn ants from bees");
  check(frozen(*net, before), "the backbone is what it was, its statistics too");

  tealight::export_classifier(*best.model, run.file("ants_bees.ptl"), data.classes, imagenet_norm(),
                              kSide);
  const tealight::Classifier classifier(run.file("ants_bees.ptl"));
  int right = 0;
  for (const std::string& name : data.classes)
    for (int i = 0; i < 12; ++i) {
      const auto top =
          classifier.classify(run.folder / "drawn/val" / name / (std::to_string(i) + ".png"))
              .top(2);
      right += top.size() == 2 && top[0].label == name && top[0].probability >= top[1].probability;
    }
  std::cout << right << " of 24 named rightly by the file\n";
  check(std::abs(right / 24.0 - best.best) < 1e-6,
        "the file names as many rightly as validation did");
  draw_predictions(classifier, run.folder / "drawn/val", run.file("predictions.png"));

  auto batch = *data.val.begin();
  net->eval();
  lesson::save_for_twin(run, tealight::state_dict(*net),
                        {{"x", batch.data}, {"scores", net->forward(batch.data).detach()}});

  models::reset_head(*net, 2);  // fine-tuning: all of it learns
  net->set_trains_backbone(true);
  for (torch::Tensor& p : net->parameters()) p.requires_grad_();
  const auto tuned =
      tealight::Trainer({.max_epochs = run.brief ? 3 : 10, .seed = 0, .progress = false})
          .fit(net, data.train, data.val);
  check(!frozen(*net, before), "fine-tuning changes the backbone too");
  check(tuned.history.back().at("train_loss") < tuned.history.front().at("train_loss"),
        "and the loss falls");
}

double trained(const lesson::Run& run, bool freeze, uint64_t seed, int views) {
  tealight::TransferOptions options;
  options.folder = kPictures;
  options.weights = kWeights;
  options.freeze = freeze;
  options.seed = seed;
  options.views = views;
  if (!freeze) options.epochs = 6;
  options.out = run.folder / (std::string(freeze ? "frozen" : "tuned") + std::to_string(seed));
  const auto result = tealight::train_classifier(options);
  std::cout << options.out.filename().string() << ": " << result.val_accuracy << " in "
            << result.seconds << " s\n";
  return result.val_accuracy;
}

// Real pictures and ImageNet's features. One run in the short form; three seeds both ways
// otherwise.
void on_real_pictures(const lesson::Run& run) {
  if (!fs::exists(kPictures) || !fs::exists(kWeights)) {
    std::cout << "SKIP: photographs of ants and bees, for " << kPictures << " or " << kWeights
              << " is not there\n";
    return;
  }
  if (run.brief) {
    check(trained(run, true, 0, 1) >= 0.9, "photographs: fixed features, one view of each");
  } else {
    double fixed = 0, tuned = 0;
    for (const uint64_t seed : {0, 1, 2}) fixed += trained(run, true, seed, 8) / 3;
    for (const uint64_t seed : {0, 1, 2}) tuned += trained(run, false, seed, 8) / 3;
    check(fixed >= 0.95, "photographs: fixed features, mean of three seeds");
    check(tuned >= 0.95, "photographs: fine-tuned, mean of three seeds");
  }
  const auto top = tealight::Classifier(run.file("frozen0/model.ptl"))
                       .classify(kPictures + "/val/bees/1032546534_06907fe3b3.jpg")
                       .top(2);
  std::cout << top[0].label << " " << top[0].probability << "\n";
  check(top[0].label == "bees", "a bee is a bee");
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  on_drawn_pictures(run);
  on_real_pictures(run);
}

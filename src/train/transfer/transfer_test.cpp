// Folders of pictures, and training on them. The real pictures are in cli/train_test.cpp.
#include "tealight/transfer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tealight/classifier.h"
#include "tealight/data/draw.h"
#include "tealight/data/encode.h"
#include "tealight/data/image_folder.h"
#include "tealight/generator.h"
#include "tealight/module.h"
#include "tealight/nn/state_dict.h"
#include "tealight/ops.h"
#include "tealight/trainer.h"
#include "train/transfer/classifier_task.h"
#include "train/transfer/preparation.h"

namespace tealight::train {
namespace {
namespace fs = std::filesystem;

fs::path scratch() {
  const fs::path folder =
      fs::temp_directory_path() / (std::string("tealight_transfer_") +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

void draw(const fs::path& file, Color color, int shade) {
  fs::create_directories(file.parent_path());
  Image image = make_image(64, 48, 3, uint8_t(shade));
  fill_rectangle(image, 8, 8, 50, 40, color);
  write_png(file, image);
}

// Red and blue squares.
fs::path coloured(int of_each, const std::string& below = "") {
  const fs::path folder = scratch();
  for (int i = 0; i < of_each; ++i) {
    draw(folder / below / "red" / (std::to_string(i) + ".png"), {220, 20, 20}, i * 9);
    draw(folder / below / "blue" / (std::to_string(i) + ".png"), {20, 20, 220}, i * 9);
  }
  return folder;
}

std::string message(const fs::path& folder) {
  try {
    read_picture_folder(folder, 0.2, 0);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(PictureFolder, SplitsWhatHasNoVal) {
  const fs::path folder = coloured(10);
  const PictureFolder a = read_picture_folder(folder, 0.2, 7),
                      b = read_picture_folder(folder, 0.2, 7);
  EXPECT_EQ(a.classes, (std::vector<std::string>{"blue", "red"}));
  EXPECT_EQ(a.train.size(), 16u);
  EXPECT_EQ(a.val.size(), 4u);
  for (size_t i = 0; i < a.val.size(); ++i) EXPECT_EQ(a.val[i].path, b.val[i].path);
  for (const LabelledPicture& v : a.val)
    for (const LabelledPicture& t : a.train) EXPECT_NE(v.path, t.path);
}

TEST(PictureFolder, NamesAndSkipsBrokenPictures) {
  const fs::path folder = coloured(4, "train");
  draw(folder / "val/red/a.png", {220, 20, 20}, 0);
  std::ofstream(folder / "train/red/broken.jpg") << "no picture";
  const PictureFolder data = read_picture_folder(folder, 0.2, 0);
  EXPECT_EQ(data.train.size(), 8u);
  EXPECT_EQ(data.val.size(), 1u);
  ASSERT_EQ(data.skipped.size(), 1u);
  EXPECT_NE(data.skipped[0].find("broken.jpg"), std::string::npos);
}

TEST(PictureFolder, SaysWhatIsMissing) {
  const fs::path folder = scratch();
  EXPECT_NE(message(folder).find("has no folders, and each class is one"), std::string::npos);
  draw(folder / "red/a.png", {220, 20, 20}, 0);
  EXPECT_NE(message(folder).find("'red' is the only class"), std::string::npos);
  fs::create_directories(folder / "blue");
  EXPECT_NE(message(folder).find("class 'blue' has no picture"), std::string::npos);
  fs::create_directories(folder / "train/red");
  fs::create_directories(folder / "train/blue");
  EXPECT_NE(message(folder).find("but no val/"), std::string::npos);
  fs::create_directories(folder / "val/green");
  EXPECT_NE(message(folder).find("val/green is no class"), std::string::npos);
  EXPECT_NE(message(folder / "absent").find("is no folder"), std::string::npos);
}

TEST(Preparation, ViewsDifferAndRepeat) {
  Image picture = make_image(60, 40, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = uint8_t(i * 7);
  const Image a = augmented(picture, 32, {1, 2, 3});
  EXPECT_EQ(a.width, 32);
  EXPECT_EQ(a.pixels, augmented(picture, 32, {1, 2, 3}).pixels);
  EXPECT_NE(a.pixels, augmented(picture, 32, {1, 2, 4}).pixels);
  EXPECT_EQ(batch_of({a, a}).sizes(), (std::vector<int64_t>{2, 3, 32, 32}));
}

// Of random weights; that the real ones learn is a test of the command.
TEST(Transfer, FrozenBackboneBecomesAModelWithLabels) {
  TransferOptions options;
  options.folder = coloured(8);
  options.backbone = "squeezenet1_1";
  options.weights = (options.folder.parent_path() / "tealight_random_backbone.pth").string();
  manual_seed(0);
  const auto random = models::create(options.backbone, {});
  save_state_dict(*random, options.weights);
  options.freeze = true;
  options.epochs = 4;
  options.views = 2;
  options.out = options.folder.string() + "_run";
  fs::remove_all(options.out);
  std::string notes;
  options.on_note = [&](const std::string& n) { notes += n + "\n"; };
  const TransferResult r = train_classifier(options);
  EXPECT_EQ(r.epochs.size(), 4u);
  EXPECT_NE(notes.find("2 augmented views of each picture are kept"), std::string::npos);

  const auto before = random->named_parameters();
  for (const auto& p : r.net->named_parameters())  // frozen is frozen
    EXPECT_EQ(p.value().sizes() == before[p.key()].sizes() && p.value().equal(before[p.key()]),
              !p.key().starts_with(r.net->head_layers()[0]))
        << p.key();

  const Module m = Module::load(r.model.string());
  EXPECT_EQ(m.extra_files().at("labels.txt"), "blue\nred\n");
  EXPECT_NE(m.extra_files().at("picture_options.txt").find("crop 224"), std::string::npos);
  EXPECT_EQ(m.forward({zeros({2, 3, 224, 224})}).toTensor().sizes(), (std::vector<int64_t>{2, 2}));
  for (const char* file :
       {"run.json", "metrics.jsonl", "weights.pth", "confusion_matrix.png", "predictions.png"})
    EXPECT_TRUE(fs::exists(options.out / file)) << file;

  const std::vector<ClassScore> top =
      Classifier(r.model.string()).classify(options.folder / "red/0.png").top(5);
  ASSERT_EQ(top.size(), 2u);
  EXPECT_TRUE(top[0].label == "red" || top[0].label == "blue");
  EXPECT_NEAR(top[0].probability + top[1].probability, 1, 1e-5);
  EXPECT_GE(top[0].probability, top[1].probability);

  options.out = fs::path();
  const TransferResult again = train_classifier(options);  // the same seed, the same numbers
  for (size_t i = 0; i < r.epochs.size(); ++i)
    EXPECT_EQ(r.epochs[i].train_loss, again.epochs[i].train_loss);
}

TEST(Trainer, TrainsANetworkOfTheZooOnAFolder) {
  const fs::path folder = coloured(12);
  namespace T = transforms;
  manual_seed(0);
  const auto data = data::image_folder(folder, {.train = {T::Resize({32, 32}), imagenet_norm()},
                                                .val = {T::Resize({32, 32}), imagenet_norm()},
                                                .batch_size = 8});
  const auto net = models::create("resnet18");
  net->train();
  for (int i = 0; i < 20; ++i) net->forward(rand({4, 3, 32, 32}));  // statistics
  models::reset_head(*net, 2, {.freeze_rest = true});
  Trainer trainer({.max_epochs = 20, .seed = 0, .keep = Best("val_accuracy"), .progress = false});
  const ClassifierFit fit = trainer.fit(net, data.train, data.val);
  EXPECT_EQ(fit.model, net);
  EXPECT_FALSE(net->is_training());
  EXPECT_GE(fit.best, 0.9);
  EXPECT_LT(fit.history.back().at("train_loss"), fit.history.front().at("train_loss"));
  const fs::path checkpoint = folder / "after.ckpt";
  trainer.save_checkpoint(checkpoint.string());
  EXPECT_GT(fs::file_size(checkpoint), 1000u);

  const std::string file = (folder / "model.ptl").string();
  export_classifier(*fit.model, file, data.classes, imagenet_norm(), 32);
  EXPECT_EQ(Classifier(file).classify(folder / "blue/3.png").best().label, "blue");
  EXPECT_THROW(export_classifier(*net, file, {"one"}), Error);
}

TEST(Transfer, RefusesWhatMakesNoSense) {
  TransferOptions options;
  options.folder = coloured(2);
  options.freeze = true;
  EXPECT_THROW(train_classifier(options), Error);  // frozen random weights
  options.weights = (options.folder / "red/0.png").string();
  EXPECT_THROW(train_classifier(options), Error);
}

}  // namespace
}  // namespace tealight::train

// New heads, frozen backbones, copies, and where weights are looked for.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "data/numpy_random.h"
#include "tealight/data/npy.h"
#include "tealight/models/classifier.h"
#include "tealight/models/small.h"
#include "train/models/sha256.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

namespace fs = std::filesystem;

// One of each family, so that each way to hold a head is seen.
const char* const kFamilies[] = {
    "alexnet",      "convnext_tiny",  "densenet121",        "efficientnet_b0", "googlenet",
    "inception_v3", "mnasnet0_5",     "mobilenet_v1",       "mobilenet_v2",    "mobilenet_v3_small",
    "resnet18",     "regnet_y_400mf", "shufflenet_v2_x0_5", "squeezenet1_1",   "swin_t",
    "vit_b_32"};

Tensor pictures(const Classifier& net) {
  bool fixed = net.architecture().starts_with("vit");
  int64_t size = fixed ? 224 : net.architecture() == "inception_v3" ? 299 : 64;
  return randn({2, 3, size, size});
}

std::map<std::string, Tensor> copies(const nn::Module& net) {
  std::map<std::string, Tensor> all;
  for (const auto& item : net.named_parameters()) all[item.key()] = item.value().detach().clone();
  for (const auto& item : net.named_buffers()) all[item.key()] = item.value().clone();
  return all;
}

TEST(ResetHead, TrainsOnlyTheNewLayersAndLeavesTheRestBitEqual) {
  for (const char* name : kFamilies) {
    SCOPED_TRACE(name);
    auto net = create(name, {.num_classes = 5});
    reset_head(*net, 3, {.freeze_rest = true});
    EXPECT_EQ(net->num_classes(), 3);
    net->train();
    auto before = copies(*net);
    std::vector<Tensor> outputs = net->outputs(pictures(*net));
    ASSERT_EQ(outputs.size(), net->head_layers().size());
    Tensor loss = zeros({});
    for (const auto& scores : outputs) {
      EXPECT_EQ(scores.sizes().vec(), (std::vector<int64_t>{2, 3}));
      loss = loss + scores.square().sum() + scores.sum();
    }
    loss.backward();
    {
      NoGradGuard no_grad;
      for (auto& parameter : net->parameters()) {
        if (parameter.grad().defined()) parameter.sub_(parameter.grad(), 0.1);
      }
    }
    std::vector<std::string> changed;
    for (auto& [key, value] : copies(*net)) {
      if (!equal(value, before[key])) changed.push_back(key);
    }
    ASSERT_FALSE(changed.empty());
    for (const auto& key : changed) {
      bool of_head = false;
      for (const auto& head : net->head_layers()) of_head |= key.starts_with(head + ".");
      EXPECT_TRUE(of_head) << key;
    }
  }
}

TEST(ResetHead, HeadOfFeaturesIsForward) {
  NoGradGuard no_grad;
  for (const char* name : {"mobilenet_v2", "squeezenet1_1", "alexnet"}) {
    auto net = create(name, {.num_classes = 4});
    net->eval();
    Tensor x = pictures(*net);
    EXPECT_TRUE(equal(net->head(net->features(x)), net->forward(x))) << name;
  }
}

TEST(ResetHead, TrainsStatisticsWhenAsked) {
  auto net = create("mobilenet_v2", {.num_classes = 2});
  reset_head(*net, 2, {.freeze_rest = true, .train_statistics = true});
  net->train();
  auto before = copies(*net);
  net->forward(pictures(*net));
  EXPECT_FALSE(equal(net->named_buffers()["features.0.1.running_mean"],
                     before["features.0.1.running_mean"]));
}

TEST(ResetHead, CopiesHaveTheNewHeadAndTheirOwnTensors) {
  auto net = create("resnet18", {.num_classes = 10});
  reset_head(*net, 3, {.freeze_rest = true});
  net->eval();
  auto copy = std::dynamic_pointer_cast<Classifier>(net->clone());
  ASSERT_TRUE(copy);
  NoGradGuard no_grad;
  Tensor x = pictures(*net);
  EXPECT_TRUE(equal(copy->forward(x), net->forward(x)));
  EXPECT_FALSE(copy->parameters()[0].requires_grad());
  copy->parameters()[0].zero_();
  EXPECT_FALSE(equal(copy->parameters()[0], net->parameters()[0]));
}

struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / ("tealight_weights_" + std::to_string(::getpid()));
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
};

std::string failure(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(PretrainedWeights, SayHowToFetchThem) {
  TemporaryFolder home;
  ::setenv("TORCH_HOME", home.path.c_str(), 1);
  std::string text = failure([] { create("resnet18", {.weights = "imagenet"}); });
  EXPECT_NE(text.find("curl "), std::string::npos) << text;
  EXPECT_NE(text.find((home.path / "hub/checkpoints/resnet18-f37072fd.pth").string()),
            std::string::npos)
      << text;
}

TEST(PretrainedWeights, RefuseFilesWhoseHashIsNotThatOfTheName) {
  TemporaryFolder folder;
  std::ofstream(folder.path / "resnet18-f37072fd.pth") << "not these";
  std::string text = failure([&] { create("resnet18", {.weights = folder.path.string()}); });
  EXPECT_NE(text.find("damaged"), std::string::npos) << text;
}

TEST(PretrainedWeights, ListWhatDoesNotFit) {
  TemporaryFolder folder;
  fs::path file = folder.path / "number.pth";
  auto net = number_generator();
  StateDict state = state_dict(*net);
  state[0].second = zeros({1, 2});
  state[1].first = "other";
  write_weights(state, file.string());
  std::string text = failure([&] { load_weights(*net, file); });
  EXPECT_NE(text.find("size mismatch for 0.weight"), std::string::npos) << text;
  EXPECT_NE(text.find("Missing key(s) in state_dict: \"0.bias\""), std::string::npos) << text;
  EXPECT_NE(text.find("Unexpected key(s) in state_dict: \"other\""), std::string::npos) << text;
}

TEST(PretrainedWeights, OfFloat16BecomeTheNetworksFloats) {
  const fs::path folder = "../shared/models/mobilenet_v2_imagenet_fp32";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent";
  auto net = create("mobilenet_v2", {.weights = (folder / "mobilenet_v2_fp16.pth").string()});
  net->eval();
  NoGradGuard no_grad;
  auto floats = [](NpyArray& array) {
    return from_blob(array.bytes.data(), array.shape, kFloat).clone();
  };
  NpyArray input = random_array({1, 3, 224, 224}, "float32", 1, -2, 2);
  NpyArray logits = read_npy(folder / "logits.npy"), features = read_npy(folder / "features.npy");
  Tensor found = net->features(floats(input));
  EXPECT_TRUE(allclose(found.flatten(), floats(features).flatten(), 1e-3, 1e-2));
  EXPECT_TRUE(allclose(net->head(found).flatten(), floats(logits).flatten(), 1e-3, 1e-2));
}

TEST(Sha256, EqualsTheStandardsExamples) {
  auto of = [](const std::string& text) {
    return sha256({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace tealight::models

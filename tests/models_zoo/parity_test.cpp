// Networks of the zoo against real PyTorch (reference.py): weights that it wrote load under its
// names, results in eval mode and gradients of a training step are equal. Skipped where torchvision
// is absent. TEALIGHT_ZOO="vgg16 inception_v3" chooses others than one or two of most families.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <sstream>

#include "format/checkpoint/state_dict.h"
#include "networks.h"
#include "tealight/models/detector.h"
#include "train/models/blocks.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

namespace fs = std::filesystem;
struct Case {
  std::map<std::string, Tensor> values;
  explicit Case(const fs::path& file) {
    for (auto& [key, value] : read_state_dict(ByteSource::file(file))) values.emplace(key, value);
  }
  std::vector<Tensor> list(const std::string& prefix) const {
    std::vector<Tensor> all;
    for (size_t i = 0;; ++i) {
      auto found = values.find(prefix + std::to_string(i));
      if (found == values.end()) return all;
      all.push_back(found->second);
    }
  }
};

void expect_equal(const std::string& what, const Tensor& ours, const Tensor& theirs,
                  double tolerance) {
  ASSERT_EQ(ours.sizes().vec(), theirs.sizes().vec()) << what;
  double difference = (ours.to(kDouble) - theirs.to(kDouble)).abs().max().item<double>();
  double scale = theirs.to(kDouble).abs().max().item<double>();
  // Some gradients are zero but for rounding, as of what a batch norm takes away again.
  EXPECT_LE(difference, tolerance * scale + 1e-9) << what << ": greatest value " << scale;
}
void expect_equal(const std::string& what, const std::vector<Tensor>& ours,
                  const std::vector<Tensor>& theirs, double tolerance) {
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  for (size_t i = 0; i < ours.size(); ++i) {
    expect_equal(what + " " + std::to_string(i), ours[i], theirs[i], tolerance);
  }
}

void random_layers_off(nn::Module& net) {
  for (auto& module : net.modules()) {
    if (module->as<nn::Dropout>() || module->as<nn::Dropout2d>() || module->as<StochasticDepth>()) {
      module->eval();
    }
  }
}

void compare(const std::string& name, const fs::path& folder) {
  SCOPED_TRACE(name);
  Network net = make_network(name);
  load_weights(*net.module, folder / (name + ".weights.pth"));
  Case wanted(folder / (name + ".case.pth"));
  auto inputs = wanted.list("input.");
  net.module->eval();
  {
    NoGradGuard no_grad;
    expect_equal("output", net.run(inputs), wanted.list("output."), 1e-4);
  }
  net.module->to(kDouble);
  net.module->train();
  random_layers_off(*net.module);
  for (auto& input : inputs) {
    if (input.is_floating_point()) input = input.to(kDouble);
  }
  auto outputs = net.run(inputs);
  expect_equal("output in training", outputs, wanted.list("train."), 1e-6);
  Tensor loss = zeros({}, kDouble);
  for (auto& output : outputs) loss = loss + (output * output).sum();
  loss.backward();
  size_t compared = 0;
  for (const auto& item : net.module->named_parameters()) {
    auto norm = wanted.values.find("norm." + item.key());
    if (norm == wanted.values.end()) continue;
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    expect_equal("norm of the gradient of " + item.key(), item.value().grad().norm(), norm->second,
                 1e-5);
    ++compared;
    auto grad = wanted.values.find("grad." + item.key());
    if (grad != wanted.values.end()) {
      expect_equal("gradient of " + item.key(), item.value().grad(), grad->second, 1e-5);
    }
  }
  EXPECT_EQ(compared, net.module->parameters().size());
}

/// How many of theirs are among ours: the same label, corners within half a pixel, score within
/// 0.002.
int64_t count_found(const TorchvisionDetector::Boxes& ours,
                    const TorchvisionDetector::Boxes& theirs) {
  Tensor corners = (ours.boxes.unsqueeze(0) - theirs.boxes.unsqueeze(1)).abs().amax({-1}) < 0.5;
  Tensor label = ours.labels.unsqueeze(0) == theirs.labels.unsqueeze(1);
  Tensor score = (ours.scores.unsqueeze(0) - theirs.scores.unsqueeze(1)).abs() < 2e-3;
  return corners.logical_and(label).logical_and(score).any(1).sum().item<int64_t>();
}

void compare_detector(const std::string& name, const fs::path& folder) {
  SCOPED_TRACE(name);
  auto net = create_detector(name, {.weights = (folder / (name + ".weights.pth")).string()});
  Case wanted(folder / (name + ".case.pth"));
  net->eval();
  auto found = net->detect(wanted.list("picture."));
  auto boxes = wanted.list("boxes."), labels = wanted.list("labels."),
       scores = wanted.list("scores.");
  ASSERT_EQ(found.size(), boxes.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_GE(boxes[i].size(0), 2);
    int64_t same = count_found(found[i], {boxes[i], labels[i], scores[i]});
    // Those whose scores are next to a threshold or to each other may be chosen otherwise.
    EXPECT_GE(same, 0.97 * static_cast<double>(boxes[i].size(0)));
    EXPECT_NEAR(static_cast<double>(found[i].boxes.size(0)), static_cast<double>(boxes[i].size(0)),
                0.03 * static_cast<double>(boxes[i].size(0)));
  }
}

/// Runs reference.py on all names, and compares each as soon as it is written.
void compare_all(const char* what, std::string names,
                 void (*compare)(const std::string& name, const fs::path& folder)) {
  if (std::system("cd tests/models_zoo && /usr/bin/python3 reference.py check 2>/dev/null") != 0) {
    GTEST_SKIP() << "/usr/bin/python3 has no torchvision (Debian: python3-torchvision)";
  }
  fs::path folder = fs::temp_directory_path() / ("tealight_zoo_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::string command = "cd tests/models_zoo && /usr/bin/python3 reference.py " +
                        std::string(what) + " " + folder.string() + " " + names;
  FILE* lines = popen(command.c_str(), "r");
  ASSERT_NE(lines, nullptr);
  size_t done = 0;
  char name[200];
  while (std::fscanf(lines, "%199s done", name) == 1) {
    try {
      compare(name, folder);
    } catch (const std::exception& e) {
      ADD_FAILURE() << name << ": " << e.what();
    }
    fs::remove(folder / (std::string(name) + ".weights.pth"));
    ++done;
  }
  EXPECT_EQ(pclose(lines), 0) << "reference.py failed";
  fs::remove_all(folder);
  std::istringstream words(names);
  EXPECT_EQ(done,
            static_cast<size_t>(std::distance(std::istream_iterator<std::string>(words), {})));
}

TEST(ZooParity, NetworksEqualPyTorch) {
  const char* chosen = std::getenv("TEALIGHT_ZOO");
  compare_all("make",
              chosen
                  ? chosen
                  : "mobilenet_v1 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large resnet18 "
                    "resnet50 squeezenet1_0 squeezenet1_1 shufflenet_v2_x0_5 mnasnet0_5 "
                    "efficientnet_b0 regnet_x_400mf regnet_y_400mf densenet121 googlenet "
                    "alexnet convnext_tiny swin_t swin_v2_t enet "
                    "lraspp_mobilenet_v3_large deeplabv3_mobilenet_v3_large yolov5n lenet5 "
                    "number_generator generator discriminator animegan_v2 stylegan distilbert_qa "
                    "translator speech_recognizer video_net",
              compare);
}

TEST(ZooParity, DetectorsFindWhatTorchvisionFinds) {
  compare_all("detect",
              std::getenv("TEALIGHT_ZOO")
                  ? "ssdlite320_mobilenet_v3_large"
                  : "ssdlite320_mobilenet_v3_large fasterrcnn_mobilenet_v3_large_320_fpn "
                    "fasterrcnn_mobilenet_v3_large_fpn",
              compare_detector);
}

}  // namespace
}  // namespace tealight::models

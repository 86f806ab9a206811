// Networks of the zoo traced: the trace gives what the network gives, for another batch too, and
// keeps the names of its parameters.
#include "tealight/trace.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "networks.h"

namespace tealight::models {
namespace {

template <class Net>
void expect_same(Net net, const Tensor& example, const Tensor& other) {
  NoGradGuard no_grad;
  net->eval();
  ScriptModule traced = trace(net, {example});
  Tensor ours = net->forward(other), theirs = traced.forward({other}).toTensor();
  ASSERT_EQ(ours.sizes().vec(), theirs.sizes().vec());
  double scale = ours.abs().max().template item<double>();
  EXPECT_LE((ours - theirs).abs().max().template item<double>(), 1e-5 * scale + 1e-12);
}

// With TEALIGHT_ZOO_ALL set, the whole zoo: minutes, and 4 GB.
bool all_of_it() { return std::getenv("TEALIGHT_ZOO_ALL"); }

TEST(ZooTrace, ClassifiersEqualTheirTraces) {
  const std::vector<std::string> small = {"mobilenet_v2", "squeezenet1_1", "shufflenet_v2_x0_5",
                                          "resnet18", "mobilenet_v3_small"};
  const std::vector<std::string> more = {"swin_t",     "googlenet",      "efficientnet_b0",
                                         "mnasnet0_5", "regnet_y_400mf", "convnext_tiny"};
  std::vector<std::string> chosen = all_of_it() ? names() : small;
  if (!all_of_it() && !std::getenv("TEALIGHT_ZOO"))
    chosen.insert(chosen.end(), more.begin(), more.end());
  for (const std::string& name : chosen) {
    SCOPED_TRACE(name);
    const int64_t size = name.starts_with("vit") ? 224 : name == "inception_v3" ? 96 : 64;
    expect_same(create(name, {.num_classes = 10}), rand({1, 3, size, size}),
                rand({2, 3, size, size}));
  }
}

TEST(ZooTrace, SegmentersDetectorsAndGeneratorsEqualTheirTraces) {
  for (const std::string& name :
       all_of_it() ? segmenter_names() : std::vector<std::string>{"lraspp_mobilenet_v3_large"}) {
    SCOPED_TRACE(name);
    expect_same(create_segmenter(name), rand({1, 3, 64, 64}), rand({2, 3, 64, 64}));
  }
  expect_same(create_yolov5("yolov5n"), rand({1, 3, 64, 64}), rand({2, 3, 64, 64}));
  expect_same(animegan_v2(), rand({1, 3, 64, 64}), rand({2, 3, 64, 64}));
}

}  // namespace
}  // namespace tealight::models

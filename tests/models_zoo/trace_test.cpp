// Networks of the zoo traced: the trace gives what the network gives, for another batch too, and
// keeps the names of its parameters.
#include "tealight/trace.h"

#include <gtest/gtest.h>

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

TEST(ZooTrace, ClassifiersEqualTheirTraces) {
  for (const char* name : {"mobilenet_v2", "squeezenet1_1", "shufflenet_v2_x0_5", "resnet18",
                           "mobilenet_v3_small", "swin_t", "googlenet"}) {
    SCOPED_TRACE(name);
    expect_same(create(name, {.num_classes = 10}), rand({1, 3, 64, 64}), rand({3, 3, 64, 64}));
  }
}

TEST(ZooTrace, SegmentersDetectorsAndGeneratorsEqualTheirTraces) {
  expect_same(create_segmenter("lraspp_mobilenet_v3_large"), rand({1, 3, 64, 64}),
              rand({2, 3, 64, 64}));
  expect_same(create_yolov5("yolov5n"), rand({1, 3, 64, 64}), rand({2, 3, 64, 64}));
  expect_same(animegan_v2(), rand({1, 3, 64, 64}), rand({2, 3, 64, 64}));
}

}  // namespace
}  // namespace tealight::models

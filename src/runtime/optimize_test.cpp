// Whole models optimized.
#include "tealight/optimize.h"

#include <gtest/gtest.h>

#include "core/test_errors.h"
#include "script/optimize.h"
#include "script/program_code.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

using tealight::testing::error_of;

constexpr const char* kProgram = R"(
class Layer(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = []
  weight : Tensor
  bias : Tensor
  training : bool
  def forward(self: __torch__.Layer, x: Tensor) -> Tensor:
    return torch.relu(torch.linear(x, self.weight, self.bias))
class Net(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layer : __torch__.Layer
  unused : __torch__.Layer
  calls : int
  p : float
  def forward(self: __torch__.Net, x: Tensor) -> Tensor:
    y = (self.layer).forward(x, )
    self.calls = torch.add(self.calls, 1)
    return torch.dropout(y, self.p, self.training)
  def count(self: __torch__.Net) -> int:
    return self.calls
  def other(self: __torch__.Net, x: Tensor) -> Tensor:
    return (self.unused).forward(x, )
def f(n: __torch__.Net) -> int:
  return n.count()
)";

intrusive_ptr<ObjectImpl> object(ModelFile& file, const std::string& name,
                                 std::vector<std::pair<std::string, Value>> attributes) {
  auto o = make_intrusive<ObjectImpl>(file.program->find_class("__torch__." + name)->type->cls);
  for (auto& [attribute, value] : attributes) o->set_attr(attribute, std::move(value));
  return o;
}

Module net(bool training = false) {
  ModelFile file = script::compile_source("net.py", kProgram);
  const auto layer = [&](double w) {
    return Value(object(
        file, "Layer", {{"weight", full({2, 3}, w)}, {"bias", ones({2})}, {"training", training}}));
  };
  file.root = Value(object(file, "Net",
                           {{"training", training},
                            {"layer", layer(2)},
                            {"unused", layer(3)},
                            {"calls", 0},
                            {"p", 0.5}}));
  script::ProgramCode code(*file.program, file, true);
  file.functions.clear();
  code.want_all();
  return Module::make(std::move(file));
}

std::vector<std::string> attributes(const Module& m) { return m._ivalue()->cls->attributes; }
std::vector<std::string> operators(const Module& m) {
  std::vector<std::string> names;
  for (const OperatorInfo& o : m.operators()) names.push_back(o.name);
  return names;
}
using Names = std::vector<std::string>;

TEST(Freeze, LeavesWhatIsWrittenAndNothingElse) {
  const Module m = net();
  const Module frozen = freeze(m, {"count"});
  EXPECT_EQ(attributes(frozen), Names{"calls"});
  EXPECT_EQ(operators(frozen), (Names{"aten::add.int", "aten::linear", "aten::relu"}));
  const Value x(ones({1, 3}));
  EXPECT_TRUE(frozen.forward({x}).toTensor().equal(full({1, 2}, 7.f)));
  EXPECT_EQ(frozen.run_method("count"), Value(1));
  EXPECT_EQ(m.run_method("count"), Value(0));  // the old one is as it was
  EXPECT_FALSE(frozen.find_method("other"));
  EXPECT_EQ(attributes(m).size(), 5u);
}

TEST(Freeze, LeavesModulesThatTakeEval) {
  Module frozen = freeze(net());
  frozen.eval();  // there is nothing left to switch
  const Value x(ones({1, 3}));
  EXPECT_TRUE(frozen.forward({x}).toTensor().equal(full({1, 2}, 7.f)));
}

TEST(Freeze, KeepsPreservedAttributes) {
  const Module frozen = freeze(net(), {"p", "unused"});
  EXPECT_EQ(attributes(frozen), (Names{"unused", "calls", "p"}));
  EXPECT_TRUE(frozen.attr("unused").toObjectRef().attr("weight").isTensor());
  EXPECT_EQ(frozen.parameters().size(), 2u);
}

TEST(Freeze, RefusesWhatItCannotDo) {
  EXPECT_NE(error_of([] { freeze(net(true)); }).find("only implemented for modules in eval mode"),
            std::string::npos);
  EXPECT_NE(error_of([] { freeze(net(), {"nope"}); }).find("Unknown name: nope"),
            std::string::npos);
}

TEST(OptimizeForMobile, PacksAndMarks) {
  const Module m = optimize_for_mobile(net(true));  // evaluation mode is taken for granted
  EXPECT_EQ(attributes(m), (Names{"calls", "mobile_optimized"}));
  EXPECT_EQ(m.attr("mobile_optimized"), Value(true));
  EXPECT_EQ(operators(m), (Names{"aten::add.int", "prepacked::linear_clamp_run"}));
  EXPECT_TRUE(m.forward({Value(ones({1, 3}))}).toTensor().equal(full({1, 2}, 7.f)));
  const Module plain = optimize_for_inference(m);
  EXPECT_EQ(operators(plain), (Names{"aten::add.int", "aten::linear", "aten::relu"}));
}

TEST(UnpackPrepacked, MakesPlainLayersAndKeepsTheRest) {
  const Module plain = unpack_prepacked(optimize_for_mobile(net(), {{}, {"count"}, "CPU"}));
  EXPECT_EQ(attributes(plain), Names{"calls"});  // it is no longer mobile_optimized
  EXPECT_EQ(operators(plain), (Names{"aten::add.int", "aten::linear", "aten::relu"}));
  EXPECT_TRUE(plain.forward({Value(ones({1, 3}))}).toTensor().equal(full({1, 2}, 7.f)));
  EXPECT_TRUE(plain.find_method("count"));
}

TEST(OptimizeForMobile, LeavesOutWhatIsBlocked) {
  MobileOptimizerOptions options;
  options.blocklist = {MobileOptimizerType::INSERT_FOLD_PREPACK_OPS,
                       MobileOptimizerType::REMOVE_DROPOUT};
  EXPECT_EQ(operators(optimize_for_mobile(net(), options)),
            (Names{"aten::add.int", "aten::dropout", "aten::linear", "aten::relu"}));
}

TEST(OptimizeForMobile, SaysWhatIsWrong) {
  EXPECT_NE(error_of([] {
              optimize_for_mobile(net(), {.preserved_methods = {"a", "count", "b"}});
            }).find("The following methods to preserve do not exist in script_module: a, b"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              optimize_for_mobile(net(), {.backend = "cuda"});
            }).find("Unknown backend, must be one of 'CPU', 'Vulkan' or 'Metal'"),
            std::string::npos);
  EXPECT_NE(error_of([] { mobile_optimizer_from_name("FUSE"); }).find("CONV_BN_FUSION"),
            std::string::npos);
}

TEST(OptimizeForMobile, PacksForGpus) {
  for (const auto& [backend, flag, op] :
       {std::tuple("vulkan", "optimized_for_vulkan", "vulkan_prepack::run_linear_context"),
        std::tuple("Metal", "optimized_for_metal", "metal_prepack::linear_run")}) {
    const Module m = optimize_for_mobile(net(), {.backend = backend});
    EXPECT_TRUE(m.hasattr(flag));
    const Names left = operators(m);
    EXPECT_NE(std::find(left.begin(), left.end(), op), left.end()) << backend;
    EXPECT_TRUE(m.forward({Value(ones({1, 3}))}).toTensor().equal(full({1, 2}, 7.f)));
    EXPECT_EQ(operators(optimize_for_inference(m)),
              (Names{"aten::add.int", "aten::linear", "aten::relu"}));
  }
}

}  // namespace
}  // namespace tealight

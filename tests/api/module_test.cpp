// torch::jit::mobile::Module, Method and Function: running, attributes, examples, debug
// information.
#include <torch/csrc/jit/mobile/code.h>
#include <torch/csrc/jit/mobile/function.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/interpreter.h>
#include <torch/csrc/jit/mobile/method.h>
#include <torch/csrc/jit/mobile/module.h>
#include <torch/script.h>

#include <thread>

#include "messages.h"
#include "models.h"

using torch::jit::mobile::Method;
using torch::jit::mobile::Module;

namespace {

Module net() { return torch::jit::_load_for_mobile(model_path("net.ptl")); }

}  // namespace

TEST(ApiModule, RunsItsMethods) {
  Module m = net();
  expect_output(m.forward({net_input(), 3.0}).toTensor(), 1.15781367f, 4.24337959f);
  expect_output(m.run_method("forward", net_input()).toTensor(), 1.10520911f, 3.16225290f);
  expect_output(m.run_method("forward", net_input(), 3.0).toTensor(), 1.15781367f, 4.24337959f);
  const auto described = m.run_method("describe", "one").toTuple()->elements();
  EXPECT_EQ(described[0].toInt(), 4);
  EXPECT_EQ(described[1].toListRef()[1].toStringRef(), "ü");
  expect_output(m.get_method("forward")({net_input()}).toTensor(), 1.10520911f, 3.16225290f);
  std::vector<c10::IValue> inputs;
  inputs.emplace_back(net_input());
  const c10::IValue out = m.forward(std::move(inputs));
  EXPECT_TRUE(out.isTensor());
}

TEST(ApiModule, RunsOnAStack) {
  Module m = net();
  torch::jit::mobile::Stack stack{net_input()};
  m.get_method("forward").run(stack);
  ASSERT_EQ(stack.size(), 1u);
  expect_output(stack.at(0).toTensor(), 1.10520911f, 3.16225290f);
  m.get_method("forward").run({net_input()});
}

TEST(ApiModule, FindsItsMethods) {
  Module m = net();
  c10::optional<Method> describe = m.find_method("describe");
  ASSERT_TRUE(describe.has_value());
  EXPECT_EQ(describe->name(), "describe");
  EXPECT_FALSE(m.find_method("nope").has_value());
  std::set<std::string> names;
  for (const Method& method : m.get_methods()) names.insert(method.name());
  EXPECT_EQ(names, (std::set<std::string>{"forward", "describe"}));
  EXPECT_TRUE(contains(message_of([&] { m.get_method("nope"); }), "Method 'nope' is not defined."));
}

TEST(ApiModule, ErrorsOfTheModelAreErrors) {
  Module m = net();
  EXPECT_TRUE(contains(message_of([&] { m.forward({torch::ones({3})}); }), "x has 1 dimensions"));
  EXPECT_THROW(m.forward({torch::ones({3})}), std::exception);
  EXPECT_THROW(m.run_method("nope"), c10::Error);
  expect_works(m);  // as before
}

TEST(ApiModule, FunctionsTellWhatTheyAre) {
  const Module m = net();
  const Method forward = m.get_method("forward");
  EXPECT_EQ(forward.function().qualname().name(), "forward");
  EXPECT_EQ(forward.function().qualname().qualifiedName(), "__torch__.Net.forward");
  EXPECT_EQ(forward.function().name(), "forward");
  EXPECT_EQ(forward.function().num_inputs(), 3u);
  ASSERT_TRUE(forward.function().hasSchema());
  const c10::FunctionSchema& schema = forward.function().getSchema();
  EXPECT_TRUE(contains(schema.name(), "forward"));
  EXPECT_EQ(schema.arguments().size(), 3u);
  EXPECT_EQ(schema.arguments().at(2).name(), "scale");
  EXPECT_EQ(schema.arguments()[2].default_value()->toDouble(), 2);
  EXPECT_EQ(schema.returns().size(), 1u);
  EXPECT_EQ(schema.argumentIndexWithName("x").value(), 1);
}

TEST(ApiModule, FunctionsShowTheirCode) {
  const Module m = net();
  const auto& code = m.get_method("forward").function().get_code();
  EXPECT_GT(code.instructions_.size(), 10u);
  EXPECT_EQ(code.op_names_.at(0).name, "aten::ne");
  EXPECT_EQ(code.op_names_.at(0).overload_name, "int");
  EXPECT_FALSE(code.constants_.empty());
  EXPECT_GE(code.register_size_, 3u);
  EXPECT_EQ(code.instructions_[0].op, torch::jit::OpCode::STOREN);
  EXPECT_EQ(code.instructions_[0].X, 1);
  EXPECT_EQ(code.instructions_[0].N, 3);
}

TEST(ApiModule, HasAttributes) {
  Module m = net();
  EXPECT_EQ(m.attr("number", 0).toInt(), 3);
  EXPECT_EQ(m.attr("mobile_optimized", false).toBool(), false);
  EXPECT_EQ(m.attr("absent", c10::IValue()).isNone(), true);
  EXPECT_EQ(m.name(), "__torch__.Net");
  EXPECT_EQ(m.slots().size(), m._ivalue()->slots().size());
  EXPECT_EQ(m._ivalue()->getAttr("number").toInt(), 3);
  m._ivalue()->setAttr("number", 10);
  EXPECT_EQ(m.run_method("describe", "one").toTupleRef().elements()[0].toInt(), 11);
  EXPECT_EQ(m.bytecode_version(), 8);
  EXPECT_EQ(m.min_operator_version(), 3);
}

TEST(ApiModule, HasParameters) {
  Module m = net();
  EXPECT_EQ(m.parameters().size(), 9u);  // every tensor; the shared layer's twice
  const std::map<std::string, at::Tensor> named = m.named_parameters();
  EXPECT_EQ(named.size(), 4u);
  EXPECT_EQ(named.at("inner.fc.weight").sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_TRUE(named.at("inner.fc.weight").is_same(named.at("same.fc.weight")));
  torch::NoGradGuard no_grad;
  named.at("inner.fc.weight").zero_();
  named.at("inner.fc.bias").fill_(1);
  expect_output(m.forward({net_input()}).toTensor() - 2, 1, 1);
}

TEST(ApiModule, SwitchesTraining) {
  Module m = net();
  EXPECT_FALSE(m.is_training());
  m.train();
  EXPECT_TRUE(m.is_training());
  EXPECT_TRUE(m._ivalue()->getAttr("inner").toObjectRef().getAttr("training").toBool());
  m.eval();
  EXPECT_FALSE(m.is_training());
  m.train(true);
  EXPECT_TRUE(m.is_training());
}

TEST(ApiModule, CarriesMetadata) {
  Module m = net();
  m.setMetadata({{"model_name", "net"}});
  EXPECT_EQ(m.getMetadata().at("model_name"), "net");
  std::shared_ptr<char> bytes(new char[4], std::default_delete<char[]>());
  m.set_delete_memory(bytes);
  EXPECT_EQ(bytes.use_count(), 2);
  m.set_min_operator_version(5);
  EXPECT_EQ(m.min_operator_version(), 5);
  m.set_bytecode_version(7);
  EXPECT_EQ(m.bytecode_version(), 7);
}

TEST(ApiModule, CanBeAssignedAndCopied) {
  Module m;
  m = net();
  const Module copy(m);
  auto shared = std::make_shared<Module>(std::move(m));
  expect_works(*shared);
  expect_works(copy);
  std::vector<Module> many;
  many.push_back(copy);
  many.emplace_back(net());
  expect_works(many[1]);
  c10::optional<Module> maybe;
  maybe = copy;
  expect_works(*maybe);
}

TEST(ApiModule, HoldsExampleInputs) {
  Module m = torch::jit::_load_for_mobile(model_path("net_bundled.ptl"));
  EXPECT_EQ(m.run_method("get_num_bundled_inputs").toInt(), 2);
  const auto inputs = m.run_method("get_all_bundled_inputs").toList();
  ASSERT_EQ(inputs.size(), 2u);
  const auto first = inputs.get(0).toTupleRef().elements().vec();
  EXPECT_TRUE(first.at(0).toTensor().equal(net_input()));
  const auto second = inputs.get(1).toTuple()->elements()[0].toTensor();
  EXPECT_EQ(second.sizes(), (std::vector<int64_t>{4, 3}));
  EXPECT_EQ(m.forward(first).toTensor().sizes(), (std::vector<int64_t>{2, 2}));
  EXPECT_TRUE(m.find_method("get_all_bundled_inputs_for_forward").has_value());
  EXPECT_TRUE(m.find_method("get_bundled_inputs_functions_and_info").has_value());
}

TEST(ApiModule, TellsWhereInstructionsComeFrom) {
  const Module m = torch::jit::_load_for_mobile(model_path("net_debug.ptl"));
  EXPECT_TRUE(m.hasDebugHandles());
  EXPECT_FALSE(torch::jit::_load_for_mobile(model_path("net_v4.ptl")).hasDebugHandles());
  const int64_t handle = m.get_method("forward").get_debug_handle(4);
  EXPECT_EQ(m.get_forward_method_debug_info(handle),
            "top(Net)::<unknown>.inner(Inner)::forward.aten::dim");
  EXPECT_TRUE(contains(m.getModuleHierarchy(handle),
                       "top(Net)::<unknown>.inner(Inner)::forward.aten::dim"));
  EXPECT_TRUE(
      contains(m.getCallStack(handle), "Traceback of TorchScript (most recent call last):\n"));
  EXPECT_TRUE(contains(m.getCallStack(handle), "if x.dim() != 2:"));
  EXPECT_TRUE(contains(m.get_forward_method_debug_info(1000000), "was not found"));
}

TEST(ApiModule, RunsOnManyThreadsAtOnce) {
  Module m = net();
  std::vector<std::thread> threads;
  std::vector<float> results(4);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      c10::InferenceMode guard;
      for (int n = 0; n < 20; ++n)
        results[i] = m.forward({net_input()}).toTensor()[1][1].item<float>();
    });
  }
  for (std::thread& t : threads) t.join();
  for (float r : results) EXPECT_NEAR(r, 3.16225290f, 1e-6);
}

TEST(ApiModule, IsMadeOfAnObject) {
  const Module loaded = net();
  const Module bare(loaded._ivalue(), std::make_shared<torch::jit::mobile::CompilationUnit>());
  EXPECT_EQ(bare.attr("number", 0).toInt(), 3);
  EXPECT_EQ(bare.get_methods().size(), 0u);
}

TEST(ApiModule, ListsItsOperators) {
  Module m = net();
  const std::set<std::string> wanted{"aten::add.Tensor", "aten::slice.Tensor",  "aten::add.int",
                                     "aten::mul.Scalar", "aten::select.int",    "aten::relu",
                                     "aten::linear",     "aten::percentFormat", "aten::ne.int"};
  std::set<std::string> got = torch::jit::mobile::_export_operator_list(m);
  got.erase("aten::dim");
  EXPECT_EQ(got, wanted);
  const torch::jit::mobile::ModuleInfo info = torch::jit::mobile::get_module_info(m);
  EXPECT_EQ(info.bytecode_version, 8u);
  EXPECT_EQ(info.opname_to_num_args.at("aten::linear"), 3);
  EXPECT_TRUE(info.function_names.count("__torch__.Net.forward"));
  EXPECT_EQ(info.operator_version, 3u);
}

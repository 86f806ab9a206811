// Operators of old versions in a file that has newer ones too, so that no version number tells what
// they mean. The files go to build/.../old_operators, where old_operators.py gives them to PyTorch.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "format/torchscript/torchscript_writer.h"
#include "graph/ir.h"
#include "ops/registry.h"
#include "script/unit.h"
#include "tealight/factories.h"
#include "tealight/module.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

namespace fs = std::filesystem;
using script::Class;

struct Case {
  const char* name;  // of the overload
  std::vector<Value> arguments;
};

std::vector<Case> cases() {
  const Tensor whole = tensor({7, -7, 9}), two = tensor({2, 2, -2}), real = tensor({7., -7., 9.});
  const Value none;
  return {
      {"tealight::div_until_3.Tensor", {whole, two}},
      {"tealight::div_until_3.Tensor", {real, two}},
      {"tealight::div_until_3.Scalar", {whole, 2}},
      {"tealight::div_until_3.Scalar", {whole, 2.0}},
      {"tealight::div_until_3.out", {whole, two, empty({3}, kLong)}},
      {"tealight::div_until_3_.Tensor", {whole.clone(), two}},
      {"tealight::div_until_3_.Scalar", {whole.clone(), 2}},
      {"tealight::linspace_until_7", {1, 3, none, none, none, none, none}},
      {"tealight::linspace_until_7", {1, 3, 5, none, none, none, none}},
      {"tealight::linspace_until_7.out", {1, 3, none, empty({0})}},
      {"tealight::logspace_until_8", {1, 2, none, 10.0, none, none, none, none}},
      {"tealight::logspace_until_8.out", {1, 2, 4, 10.0, empty({0})}},
      {"tealight::gelu_until_9", {real}},
      {"tealight::full_until_1_6",
       {make_list(Type::get(TypeKind::Int), {2, 2}), 3, none, none, none, none}},
      {"tealight::copy_until_1_5_", {real.clone(), 5, false}},
      {"tealight::copy_until_1_5_", {real.clone(), two, false}},
      {"tealight::floor_divide_until_1_12", {whole, two}},
      {"tealight::floor_divide_until_1_12.Scalar", {whole, 2}},
      {"tealight::floor_divide_until_1_12.out", {whole, two, empty({3}, kLong)}},
      {"tealight::floor_divide_until_1_12_.Tensor", {whole.clone(), two}},
      {"tealight::floor_divide_until_1_12_.Scalar", {whole.clone(), 2}},
  };
}

// forward(self) calls the operator on constants, and beside it those whose meaning has changed.
ModelFile model_of(const Case& c, const Tensor& expected) {
  auto unit = std::make_shared<script::Unit>();
  Class& cls = unit->declare_module("__torch__.M");
  cls.add_attribute("expected", Type::get(TypeKind::Tensor));
  cls.buffers = {"expected"};
  auto graph = std::make_shared<ir::Graph>();
  graph->body().add_parameter(cls.type, "self");
  ir::Builder b(&graph->body());
  std::vector<ir::Var*> inputs;
  for (const Value& v : c.arguments) {
    const bool written = v.isTensor();  // a constant should not be
    ir::Var* var = b.constant(v);
    inputs.push_back(
        written ? b.op(find_overload("aten::clone"), {var, b.constant(Value())})->output() : var);
  }
  ir::Var* result = b.op(find_overload(c.name), inputs)->output();
  ir::Var* one = b.constant(ones({2}));
  b.op(find_overload("aten::div.Tensor"), {one, one});
  b.op(find_overload("aten::gelu"), {one, b.constant(Value("tanh"))});
  graph->body().add_result(result);
  FunctionSchema schema;
  schema.name = "forward";
  Argument self;
  self.name = "self";
  self.type = cls.type;
  schema.arguments = {self};
  schema.returns.resize(1);
  schema.returns[0].type = Type::get(TypeKind::Tensor);
  unit->define("__torch__.M.forward", std::move(schema), std::move(graph), &cls);
  ModelFile file;
  auto root = make_intrusive<ObjectImpl>(cls.type->cls);
  root->slots[0] = Value(expected);
  file.root = Value(std::move(root));
  file.program = std::move(unit);
  return file;
}

fs::path folder() {
  const char* build = std::getenv("TEALIGHT_BUILD_DIR");
  return fs::path(build ? build : "build/dev") / "old_operators";
}

TEST(OldOperators, AreWrittenInOperatorsOfToday) {
  fs::create_directories(folder());
  int n = 0;
  for (const Case& c : cases()) {
    SCOPED_TRACE(str(c.name, " ", n));
    std::vector<Value> stack;
    for (const Value& v : c.arguments)
      stack.push_back(v.isTensor() ? Value(v.toTensor().clone()) : v);
    call(find_overload(c.name), stack);
    const Tensor expected = stack.at(0).toTensor();
    const fs::path path = folder() / str(n++, ".pt");
    const ModelFile file = model_of(c, expected);
    write_file(path, [&](ByteSink& sink) { write_torchscript(file, sink, "m"); });
    const Tensor result = Module::load(path.string()).forward({}).toTensor();
    EXPECT_EQ(result.dtype(), expected.dtype());
    EXPECT_TRUE(equal(result, expected)) << result << expected;
  }
}

}  // namespace
}  // namespace tealight

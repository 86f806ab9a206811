// Module on whole models: tests/golden/models, which PyTorch wrote, and small ones made here. What
// libtorch's names add is in tests/api; files that are no models are in module_files_test.cpp.
#include "tealight/module.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/module_samples.h"
#include "tealight/factories.h"

namespace tealight {
namespace {

using testing::bytes_of;
using testing::error_of;
using testing::golden;
using testing::kFolder;
using testing::model_of;
using testing::Temporary;

Tensor input() { return tealight::tensor(std::vector<float>{1, 2, 3, -1, 0.5, 2}).reshape({2, 3}); }
// PyTorch's numbers for golden models of the class Net.
void expect_works(const Module& m) {
  const Tensor y = m.forward({input()}).toTensor();
  ASSERT_EQ(y.sizes(), (IntArrayRef{2, 2}));
  const float want[] = {0, 1.10520911f, 0, 3.16225290f};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(y.data_ptr<float>()[i], want[i], 1e-6);
}

TEST(ModuleLoad, FromPathMemoryDescriptorAndReader) {
  for (const char* name : {"net.ptl", "net_v4.ptl", "net_flat.ptl"}) {
    expect_works(Module::load(kFolder + name));
    const std::string bytes = bytes_of(name);
    expect_works(Module::load(bytes.data(), bytes.size()));
    // A part of a larger file, as an app's package is one.
    const Temporary package("package", "before" + bytes + "behind");
    const int fd = ::open(package.path().c_str(), O_RDONLY);
    expect_works(Module::load_descriptor(fd, 6, bytes.size()));
    EXPECT_GE(::fcntl(fd, F_GETFD), 0);  // still the caller's
    ::close(fd);
    uint64_t asked = 0;
    expect_works(Module::load(bytes.size(), [&](uint64_t offset, void* to, size_t n) {
      ASSERT_LE(offset + n, bytes.size());
      asked += n;
      std::memcpy(to, bytes.data() + offset, n);
    }));
    EXPECT_GT(asked, 0u);
  }
}

TEST(ModuleLoad, NeedsTheCallersBytesOnlyWhileItLoads) {
  for (const char* name : {"net.ptl", "net_flat.ptl"}) {
    std::string bytes = bytes_of(name);
    const Module m = Module::load(bytes.data(), bytes.size());
    std::fill(bytes.begin(), bytes.end(), 'x');
    expect_works(m);
  }
}

TEST(ModuleLoad, ErrorsOfAReaderComeThrough) {
  EXPECT_NE(error_of([] {
              Module::load(5000, [](uint64_t, void*, size_t) { fail("the disk is gone"); });
            }).find("the disk is gone"),
            std::string::npos);
}

TEST(ModuleLoad, RunsWhatRestoresObjects) {
  const Tensor x = linspace(-1, 1, 9).reshape({1, 1, 3, 3});
  const Tensor y = golden("quantized.ptl").forward({x}).toTensor();
  EXPECT_TRUE(equal(y, golden("quantized_flat.ptl").forward({x}).toTensor()));
  EXPECT_GT(abs(y).sum().item().toDouble(), 0.01);
}

// Weights lie in the mapped file; what a model writes stays its own.
TEST(ModuleLoad, NeverWritesTheFile) {
  testing::SmallModel model;
  using namespace testing::pickle;
  model.operators = tuple({tuple({text("aten::add_"), text("Tensor"), number(2)})});
  model.instructions = tuple({model.instruction("STOREN", 1, 2), model.instruction("LOAD", 1, 0),
                              model.instruction("GET_ATTR", 0, 0), model.instruction("LOAD", 2, 0),
                              model.instruction("OP", 0, 0), model.instruction("RET", 0, 0)});
  const std::string bytes = model.zip().finish();
  const Temporary file("written.ptl", bytes);
  const Module m = Module::load(file.path());
  EXPECT_EQ(m.forward({ones({3})}).toTensor().data_ptr<float>()[0], 2);
  EXPECT_EQ(m.forward({ones({3})}).toTensor().data_ptr<float>()[0], 3);
  EXPECT_EQ(file.bytes(), bytes);
  EXPECT_EQ(Module::load(file.path()).attr("w").toTensor().data_ptr<float>()[0], 1);
}

TEST(ModuleMethods, AreFoundByName) {
  const Module m = golden("net.ptl");
  EXPECT_EQ(m.name(), "__torch__.Net");
  EXPECT_EQ(m.get_methods().size(), 2u);
  const Method forward = m.get_method("forward");
  EXPECT_EQ(forward.qualname(), "__torch__.Net.forward");
  EXPECT_EQ(forward.num_inputs(), 3u);
  ASSERT_TRUE(forward.schema());
  EXPECT_EQ(forward.schema()->arguments[2].name, "scale");
  EXPECT_FALSE(m.find_method("backward"));
  const std::string missing = error_of([&] { m.run_method("backward"); });
  EXPECT_NE(missing.find("Method 'backward' is not defined"), std::string::npos) << missing;
  EXPECT_NE(missing.find("the model has forward, describe"), std::string::npos) << missing;
  EXPECT_EQ(repr(m.run_method("describe", "two")), "(5, ['a', 'ü'])");
  std::vector<Value> stack{input()};
  forward.run(stack);
  ASSERT_EQ(stack.size(), 1u);
  EXPECT_TRUE(stack[0].isTensor());
}

TEST(ModuleMethods, TakeDefaultsAndRefuseWhatDoesNotFit) {
  const Module m = golden("net.ptl");
  EXPECT_NEAR(m.forward({input(), 3.0}).toTensor().data_ptr<float>()[1], 1.15781367f, 1e-6);
  const auto refused = [&](std::vector<Value> args, std::initializer_list<const char*> parts) {
    const std::string text = error_of([&] { m.forward(args); });
    for (const char* part : parts) EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  refused({}, {"forward", "'x'"});
  refused({1}, {"forward", "'x'", "Tensor", "int"});
  refused({input(), "big"}, {"forward", "'scale'", "float", "str"});
  refused({input(), 2.0, 3}, {"forward", "at most 3", "4"});
}

TEST(Modules, ThatHoldNothingSaySo) {
  EXPECT_FALSE(Module().defined());
  EXPECT_NE(error_of([] { Module().forward({}); }).find("has no model"), std::string::npos);
}

TEST(ModuleAttributes, AreSharedByCopies) {
  Module m = golden("net.ptl");
  const Module copy = m;
  EXPECT_EQ(m.attr("number"), Value(3));
  m.setattr("number", 10);
  EXPECT_EQ(repr(copy.run_method("describe", "one")), "(11, ['a', 'ü'])");
  EXPECT_TRUE(m.hasattr("names"));
  EXPECT_FALSE(m.hasattr("nothing"));
  EXPECT_EQ(m.attr("nothing", 7), Value(7));
  EXPECT_NE(error_of([&] { m.attr("nothing"); }).find("nothing"), std::string::npos);
  EXPECT_EQ(golden("net.ptl").attr("number"), Value(3));
}

TEST(ModuleAttributes, AreNamedByTheirPath) {
  Module m = golden("net.ptl");
  const auto tensors = m.named_tensors();
  EXPECT_TRUE(tensors.count("inner.fc.weight") && tensors.count("columns"));
  EXPECT_EQ(m.parameters().size(), tensors.size());
  const auto parameters = m.named_parameters();
  EXPECT_TRUE(parameters.count("same.fc.bias"));
  EXPECT_FALSE(parameters.count("columns"));
  EXPECT_FALSE(m.is_training());
  m.train();
  EXPECT_TRUE(m.is_training());
  EXPECT_EQ(m.attr("inner").toObjectRef().attr("training"), Value(true));
  m.eval();
  EXPECT_FALSE(m.is_training());
}

TEST(ModuleFile, TellsOfItself) {
  const Module m = golden("net_extra.ptl");
  EXPECT_EQ(m.bytecode_version(), 8u);
  EXPECT_EQ(m.min_operator_version(), 3u);
  EXPECT_EQ(m.extra_files().at("labels.txt"), "cat\ndog\n");
  bool linear = false;
  for (const OperatorInfo& o : m.operators())
    if (o.name == "aten::linear") linear = o.supported && o.uses == 1 && o.num_schema_args == 3;
  EXPECT_TRUE(linear);
}

TEST(ModuleBundledInputs, ComeFromTheMethodThatHoldsThem) {
  const Assembly a{.constants = {3, "x"}, .types = {"List[Tuple[int, str]]", "List[int]"}};
  const std::string pair = "LOADC 0\nLOADC 1\nTUPLE_CONSTRUCT 2\n";
  const Module m = model_of(
      a, {{"get_all_bundled_inputs", "STORE 1\n" + pair + pair + "LIST_CONSTRUCT 0 2\nRET"},
          {"get_all_bundled_inputs_for_encode",
           "STORE 1\nLOADC 0\nTUPLE_CONSTRUCT 1\nLIST_CONSTRUCT 1 1\nRET"}});
  const auto inputs = m.bundled_inputs();
  ASSERT_EQ(inputs.size(), 2u);
  EXPECT_EQ(inputs[1], (std::vector<Value>{3, "x"}));
  EXPECT_EQ(m.bundled_inputs("encode"), (std::vector<std::vector<Value>>{{3}}));
  EXPECT_TRUE(golden("net.ptl").bundled_inputs().empty());
}

TEST(ModuleOperators, ThatAreMissingAreNamedWhenLoadingOrWhenNeeded) {
  const std::vector<testing::MethodText> methods = {
      {"forward", "STORE 1\nOP aten::no_such_thing\nRET"}, {"twice", "STOREN 1 2\nLOAD 2\nRET"}};
  const std::string all = error_of([&] { model_of({}, methods); });
  EXPECT_NE(all.find("Following ops cannot be found: [aten::no_such_thing]"), std::string::npos);
  LoadOptions lenient;
  lenient.check_operators = false;
  const Module m = model_of({}, methods, lenient);
  EXPECT_EQ(m.run_method("twice", 4), Value(4));
  EXPECT_NE(error_of([&] { m.forward({}); }).find("aten::no_such_thing"), std::string::npos);
}

// ---- limits

constexpr const char* kForever = "STORE 1\nJMP 0";

ErrorKind kind_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.kind();
  }
  return ErrorKind::internal;
}

TEST(ModuleLimits, OfTheModuleAndOfOneRun) {
  Module m = model_of({}, {{"forward", kForever}});
  RunLimits limits;
  limits.time = std::chrono::milliseconds(20);
  EXPECT_EQ(kind_of([&] { m.get_method("forward")({}, limits); }), ErrorKind::cancelled);
  m.set_limits(limits);
  EXPECT_EQ(m.limits().time, limits.time);
  const std::string text = error_of([&] { m.forward({}); });
  EXPECT_NE(text.find("longer than its limit of 20 ms"), std::string::npos) << text;
}

TEST(ModuleLimits, HoldWhileLoading) {
  LoadOptions options;
  options.limits.time = std::chrono::milliseconds(20);
  ModelFile file = testing::file_of({}, {{"__setstate__", "STOREN 1 2\nJMP 0"}});
  file.pending.push_back({file.root.toObject(), file.functions[0].get(), Value()});
  EXPECT_EQ(kind_of([&] { Module::make(std::move(file), options); }), ErrorKind::cancelled);
}

TEST(ModuleLimits, CancelFlagMemoryBudgetAndDepth) {
  std::atomic<bool> cancel{true};
  RunLimits cancelled;
  cancelled.cancel = &cancel;
  EXPECT_EQ(
      kind_of([&] { model_of({}, {{"forward", kForever}}).get_method("forward")({}, cancelled); }),
      ErrorKind::cancelled);

  RunLimits small;
  small.memory_bytes = 1 << 20;
  const Module large = model_of({}, {{"forward", "STOREN 1 2\nLOAD 2\nOP aten::exp/1\nRET"}});
  const Tensor x = zeros({1 << 20});
  EXPECT_EQ(kind_of([&] { large.get_method("forward")({x}, small); }), ErrorKind::cancelled);
  EXPECT_EQ(large.forward({x}).toTensor().numel(), 1 << 20);  // without a budget

  const Module deep = model_of({.constants = {"forward"}},
                               {{"forward", "STORE 1\nLOAD 1\nINTERFACE_CALL 0 1\nRET"}});
  RunLimits shallow;
  shallow.call_depth = 30;
  const std::string text = error_of([&] { deep.get_method("forward")({}, shallow); });
  EXPECT_NE(text.find("deeper than 30"), std::string::npos) << text;
  EXPECT_EQ(kind_of([&] { deep.forward({}); }), ErrorKind::cancelled);
}

}  // namespace
}  // namespace tealight

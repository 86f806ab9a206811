// What a model needs and what the runtime has.
#include <torch/csrc/jit/mobile/compatibility/model_compatibility.h>
#include <torch/csrc/jit/mobile/compatibility/runtime_compatibility.h>
#include <torch/csrc/jit/mobile/import.h>

#include <set>

#include "messages.h"
#include "models.h"

using namespace torch::jit;

TEST(ApiCompatibility, TellsAModelsVersions) {
  EXPECT_EQ(_get_model_bytecode_version(model_path("net.ptl")), 8u);
  EXPECT_EQ(_get_model_bytecode_version(model_path("net_v5.ptl")), 5u);
  EXPECT_EQ(_get_model_bytecode_version(model_path("net_flat.ptl")), 9u);
  std::ifstream in = stream_of("net.ptl");
  EXPECT_EQ(_get_model_bytecode_version(in), 8u);
  EXPECT_EQ(_get_model_bytecode_version(std::make_shared<MemoryAdapter>(bytes_of("net.ptl"))), 8u);
  EXPECT_EQ(_get_model_operator_version(model_path("net.ptl")), 3u);
  in = stream_of("net.ptl");
  EXPECT_EQ(_get_model_operator_version(in), 3u);
  EXPECT_EQ(_get_model_operator_version(std::make_shared<MemoryAdapter>(bytes_of("net.ptl"))), 3u);
  EXPECT_THROW(_get_model_bytecode_version("README.md"), c10::Error);
}

TEST(ApiCompatibility, TellsAModelsOperators) {
  const auto ops = _get_model_ops_and_info(model_path("net.ptl"));
  EXPECT_EQ(ops.at("aten::linear").num_schema_args.value(), 3);
  EXPECT_EQ(ops.count("aten::conv2d"), 0u);
  EXPECT_EQ(ops.at("aten::add.Tensor").num_schema_args.value(), 2);
  std::ifstream in = stream_of("net.ptl");
  EXPECT_EQ(_get_model_ops_and_info(in).size(), ops.size());
  EXPECT_EQ(_get_model_ops_and_info(std::make_shared<MemoryAdapter>(bytes_of("net.ptl"))).size(),
            ops.size());
}

TEST(ApiCompatibility, TellsAModelsTypes) {
  const std::unordered_set<std::string> types =
      _get_mobile_model_contained_types(model_path("net_bundled.ptl"));
  for (const char* wanted : {"Dict", "List", "str"}) EXPECT_TRUE(types.count(wanted)) << wanted;
  std::ifstream in = stream_of("net_bundled.ptl");
  EXPECT_EQ(_get_mobile_model_contained_types(in), types);
  EXPECT_EQ(_get_mobile_model_contained_types(
                std::make_shared<MemoryAdapter>(bytes_of("net_bundled.ptl"))),
            types);
}

TEST(ApiCompatibility, TellsWhatTheRuntimeHas) {
  EXPECT_EQ(_get_runtime_bytecode_version(), 9u);
  EXPECT_EQ(_get_runtime_bytecode_min_max_versions(), (std::pair<uint64_t, uint64_t>{4, 9}));
  const auto operators = _get_runtime_operators_min_max_versions();
  EXPECT_LE(operators.first, 3u);
  EXPECT_GE(operators.second, 10u);
  const auto ops = _get_runtime_ops_and_info();
  EXPECT_EQ(ops.at("aten::add.Tensor").num_schema_args.value(), 3);
  EXPECT_GT(ops.size(), 1000u);
  EXPECT_TRUE(_get_mobile_supported_types().count("Tensor"));
  EXPECT_TRUE(_get_loaded_custom_classes().count(
      "__torch__.torch.classes.quantized.Conv2dPackedParamsBase"));
}

TEST(ApiCompatibility, ComparesModelAndRuntime) {
  const RuntimeCompatibilityInfo runtime = RuntimeCompatibilityInfo::get();
  ModelCompatibilityInfo model = ModelCompatibilityInfo::get(model_path("net.ptl"));
  std::ifstream in = stream_of("net.ptl");
  EXPECT_EQ(ModelCompatibilityInfo::get(in).bytecode_version, 8u);
  EXPECT_EQ(is_compatible(runtime, model).status, ModelCompatibilityStatus::OK);
  EXPECT_TRUE(is_compatible(runtime, model).errors.empty());
  RuntimeCompatibilityInfo poor = runtime;
  poor.operator_info.erase("aten::add.Tensor");
  const ModelCompatCheckResult result = is_compatible(poor, model);
  EXPECT_EQ(result.status, ModelCompatibilityStatus::ERROR);
  EXPECT_EQ(result.errors, std::vector<std::string>{
                               "Operator 'aten::add.Tensor' missing from runtime (not found)"});
}

TEST(ApiCompatibility, RefusesWhatItCannotRun) {
  const RuntimeCompatibilityInfo runtime = RuntimeCompatibilityInfo::get();
  const ModelCompatibilityInfo good = ModelCompatibilityInfo::get(model_path("net.ptl"));
  const auto errors = [&](auto change) {
    ModelCompatibilityInfo model = good;
    change(model);
    return is_compatible(runtime, model).errors;
  };
  EXPECT_EQ(errors([](auto& m) { m.bytecode_version = 3; }).size(), 1u);
  EXPECT_EQ(errors([](auto& m) { m.bytecode_version = 10; }).size(), 1u);
  EXPECT_EQ(errors([](auto& m) { m.type_table.insert("Foo"); }).size(), 1u);
  EXPECT_EQ(errors([](auto& m) { m.operator_version = 0; }).size(), 1u);
  EXPECT_TRUE(contains(errors([](auto& m) { m.bytecode_version = 3; })[0], "version"));
  EXPECT_TRUE(contains(errors([](auto& m) { m.type_table.insert("Foo"); })[0], "Foo"));
  const auto few = errors([](auto& m) { m.operator_info["aten::add.Tensor"].num_schema_args = 9; });
  ASSERT_EQ(few.size(), 1u);
  EXPECT_TRUE(contains(
      few[0],
      "Operator schema for'aten::add.Tensor' has 9 args in model but only 3 in the runtime"));
}

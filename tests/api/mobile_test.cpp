// Mobile models through libtorch's own functions: loading from everywhere, running, attributes,
// extra files, compatibility. The models are tests/golden/models, the numbers PyTorch 1.13's.
#include <caffe2/serialize/file_adapter.h>
#include <caffe2/serialize/istream_adapter.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/mobile/compatibility/model_compatibility.h>
#include <torch/csrc/jit/mobile/compatibility/runtime_compatibility.h>
#include <torch/csrc/jit/mobile/flatbuffer_loader.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/module.h>
#include <torch/csrc/jit/mobile/observer.h>
#include <torch/csrc/jit/mobile/parse_operators.h>
#include <torch/script.h>

#include <fstream>
#include <iterator>
#include <thread>

using torch::jit::mobile::Module;

namespace {

const std::string kFolder = "tests/golden/models/";

std::string bytes_of(const std::string& name) {
  std::ifstream in(kFolder + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const c10::Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

at::Tensor input() { return torch::tensor({{1., 2., 3.}, {-1., 0.5, 2.}}); }
void expect_output(const at::Tensor& out, float a, float b) {
  ASSERT_EQ(out.sizes(), (std::vector<int64_t>{2, 2}));
  EXPECT_NEAR(out[0][1].item<float>(), a, 1e-6);
  EXPECT_NEAR(out[1][1].item<float>(), b, 1e-6);
  EXPECT_EQ(out[0][0].item<float>(), 0);
}
void expect_works(Module m) {
  expect_output(m.forward({input()}).toTensor(), 1.10520911f, 3.16225290f);
}

class MemoryAdapter : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit MemoryAdapter(std::string bytes) : bytes_(std::move(bytes)) {}
  size_t size() const override { return bytes_.size(); }
  size_t read(uint64_t pos, void* buf, size_t n, const char*) const override {
    const size_t got = std::min(n, bytes_.size() - size_t(pos));
    std::memcpy(buf, bytes_.data() + pos, got);
    return got;
  }

 private:
  std::string bytes_;
};

}  // namespace

TEST(ApiMobileLoad, FromEveryKindOfSource) {
  for (const char* name : {"net.ptl", "net_flat.ptl", "net_v4.ptl"}) {
    expect_works(torch::jit::_load_for_mobile(kFolder + name));
    expect_works(torch::jit::_load_for_mobile(kFolder + name, at::kCPU));
    std::ifstream in(kFolder + name, std::ios::binary);
    expect_works(torch::jit::_load_for_mobile(in));
    expect_works(torch::jit::_load_for_mobile(std::make_unique<MemoryAdapter>(bytes_of(name))));
    expect_works(torch::jit::_load_for_mobile(
        std::make_unique<caffe2::serialize::FileAdapter>(kFolder + name), c10::nullopt));
    expect_works(torch::jit::load(kFolder + name));
  }
}

TEST(ApiMobileLoad, FillsTheExtraFilesThatAreAskedFor) {
  torch::jit::ExtraFilesMap extra{{"labels.txt", ""}, {"absent", "kept"}};
  Module m = torch::jit::_load_for_mobile(kFolder + "net_extra.ptl", c10::nullopt, extra);
  EXPECT_EQ(extra, (torch::jit::ExtraFilesMap{{"labels.txt", "cat\ndog\n"}, {"absent", "kept"}}));
  std::unordered_map<std::string, std::string> all;
  torch::jit::_load_for_mobile(kFolder + "net_extra.ptl", c10::nullopt, all,
                               torch::jit::kDefaultMobileLoadOptions |
                                   torch::jit::MobileModuleLoadOptions::PARSE_ALL_EXTRA_FILE_MAPS);
  EXPECT_EQ(all.size(), 2u);
  EXPECT_EQ(all.at("dir/x.bin"), std::string("\0\1", 2));
  extra = {{"labels.txt", ""}};
  torch::jit::_load_extra_only_for_mobile(kFolder + "net_extra.ptl", c10::nullopt, extra);
  EXPECT_EQ(extra.at("labels.txt"), "cat\ndog\n");
  extra = {{"absent", "old"}};
  torch::jit::load(kFolder + "net_extra.ptl", c10::nullopt, extra);
  EXPECT_EQ(extra.at("absent"), "");
}

TEST(ApiMobileLoad, RefusesWhatIsNoModel) {
  EXPECT_NE(
      message_of([] { torch::jit::_load_for_mobile("no/such/file.ptl"); }).find("no/such/file.ptl"),
      std::string::npos);
  EXPECT_NE(message_of([] { torch::jit::_load_for_mobile("README.md"); }), "nothing was thrown");
  EXPECT_NE(message_of([] {
              torch::jit::_load_for_mobile(kFolder + "net.ptl", at::Device("vulkan"));
            }).find("supported devices include CPU, CUDA and HPU"),
            std::string::npos);
  std::string cut = bytes_of("net.ptl").substr(0, 2000);
  EXPECT_THROW(torch::jit::_load_for_mobile(std::make_unique<MemoryAdapter>(cut)), c10::Error);
  EXPECT_NE(message_of([&] {
              torch::jit::parse_and_initialize_mobile_module(cut.data(), cut.size());
            }).find("Malformed Flatbuffer module"),
            std::string::npos);
}

TEST(ApiMobileLoad, Flatbuffers) {
  std::string bytes = bytes_of("net_flat.ptl");
  expect_works(torch::jit::parse_and_initialize_mobile_module(bytes.data(), bytes.size()));
  std::shared_ptr<char> shared(new char[bytes.size()], std::default_delete<char[]>());
  std::memcpy(shared.get(), bytes.data(), bytes.size());
  expect_works(torch::jit::parse_and_initialize_mobile_module(shared, bytes.size()));
  expect_works(torch::jit::load_mobile_module_from_file(kFolder + "net_flat.ptl"));
  std::ifstream in(kFolder + "net_flat.ptl", std::ios::binary);
  EXPECT_EQ(torch::jit::get_bytecode_version(in), 9u);
  expect_works(torch::jit::load_mobile_module_from_stream_with_copy(in));
  EXPECT_EQ(torch::jit::get_bytecode_version_from_bytes(bytes.data()), 9u);
  const auto info = torch::jit::get_module_info_from_flatbuffer(bytes.data());
  EXPECT_EQ(info.bytecode_version, 9u);
  EXPECT_TRUE(info.opname_to_num_args.count("aten::linear"));
}

TEST(ApiMobileModule, RunsItsMethods) {
  Module m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  expect_output(m.forward({input(), 3.0}).toTensor(), 1.15781367f, 4.24337959f);
  expect_output(m.run_method("forward", input()).toTensor(), 1.10520911f, 3.16225290f);
  const auto described = m.run_method("describe", "one").toTuple()->elements();
  EXPECT_EQ(described[0].toInt(), 4);
  EXPECT_EQ(described[1].toListRef()[1].toStringRef(), "ü");
  expect_output(m.get_method("forward")({input()}).toTensor(), 1.10520911f, 3.16225290f);
  torch::jit::Stack stack{input()};
  m.get_method("forward").run(stack);
  expect_output(stack.at(0).toTensor(), 1.10520911f, 3.16225290f);
  EXPECT_TRUE(m.find_method("describe").has_value());
  EXPECT_FALSE(m.find_method("nope").has_value());
  EXPECT_EQ(m.get_methods().size(), 2u);
  EXPECT_NE(message_of([&] { m.get_method("nope"); }).find("Method 'nope' is not defined."),
            std::string::npos);
  EXPECT_THROW(m.forward({torch::ones({3})}), torch::jit::JITException);
  EXPECT_THROW(m.forward({1}), c10::Error);
  EXPECT_THROW(m.forward({}), c10::Error);
}

TEST(ApiMobileModule, MethodsTellWhatTheyAre) {
  const Module m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  const auto forward = m.get_method("forward");
  EXPECT_EQ(forward.name(), "forward");
  EXPECT_EQ(forward.function().num_inputs(), 3u);
  ASSERT_TRUE(forward.function().hasSchema());
  EXPECT_EQ(forward.function().getSchema().arguments.at(2).name, "scale");
  EXPECT_FALSE(forward.function().get_code().instructions.empty());
}

TEST(ApiMobileModule, HasAttributes) {
  Module m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  EXPECT_EQ(m.attr("number").toInt(), 3);
  EXPECT_EQ(m.attr("mobile_optimized", false).toBool(), false);
  EXPECT_THROW(m.attr("absent"), c10::Error);
  EXPECT_GE(m.parameters().size(), 7u);
  EXPECT_TRUE(m.named_parameters().count("inner.fc.weight"));
  EXPECT_FALSE(m.named_parameters().count("columns"));
  EXPECT_TRUE(torch::jit::mobile_module_to_parameter_map(m).count("columns"));
  EXPECT_EQ(m.slots().size(), m._ivalue()->slots.size());
  EXPECT_FALSE(m.is_training());
  m.train();
  EXPECT_TRUE(m.is_training());
  m.eval();
  EXPECT_FALSE(m.is_training());
  EXPECT_EQ(m.bytecode_version(), 8u);
  EXPECT_NE(m.name().find("Net"), std::string::npos);
  m.setMetadata({{"model_name", "net"}});
  EXPECT_EQ(m.getMetadata().at("model_name"), "net");
}

TEST(ApiMobileModule, CanBeAssignedAndCopied) {
  Module m;
  EXPECT_THROW(m.forward({input()}), c10::Error);
  m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  const Module copy(m);
  auto shared = std::make_shared<Module>(std::move(m));
  expect_works(*shared);
  expect_works(copy);
}

TEST(ApiMobileModule, TellsWhereInstructionsComeFrom) {
  const Module m = torch::jit::_load_for_mobile(kFolder + "net_debug.ptl");
  EXPECT_TRUE(m.hasDebugHandles());
  EXPECT_FALSE(torch::jit::_load_for_mobile(kFolder + "net_v4.ptl").hasDebugHandles());
  EXPECT_NE(m.get_forward_method_debug_info(2).find("top(Net)"), std::string::npos);
  const int64_t handle = m.get_method("forward").get_debug_handle(2);
  EXPECT_NE(m.getModuleHierarchy(handle).find("top(Net)"), std::string::npos);
}

TEST(ApiMobileModule, RunsOnManyThreadsAtOnce) {
  const Module m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  std::vector<std::thread> threads;
  std::vector<float> results(4);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      c10::InferenceMode guard;
      for (int n = 0; n < 20; ++n) results[i] = m.forward({input()}).toTensor()[1][1].item<float>();
    });
  }
  for (std::thread& t : threads) t.join();
  for (float r : results) EXPECT_NEAR(r, 3.16225290f, 1e-6);
}

TEST(ApiCompatibility, TellsWhatAModelNeeds) {
  EXPECT_EQ(torch::jit::_get_model_bytecode_version(kFolder + "net.ptl"), 8u);
  EXPECT_EQ(torch::jit::_get_model_bytecode_version(kFolder + "net_v5.ptl"), 5u);
  EXPECT_EQ(torch::jit::_get_model_bytecode_version(kFolder + "net_flat.ptl"), 9u);
  std::ifstream in(kFolder + "net.ptl", std::ios::binary);
  EXPECT_EQ(torch::jit::_get_model_bytecode_version(in), 8u);
  EXPECT_EQ(
      torch::jit::_get_model_bytecode_version(std::make_shared<MemoryAdapter>(bytes_of("net.ptl"))),
      8u);
  const auto ops = torch::jit::_get_model_ops_and_info(kFolder + "net.ptl");
  const std::set<std::string> wanted{"aten::add.Tensor", "aten::slice.Tensor",  "aten::add.int",
                                     "aten::mul.Scalar", "aten::select.int",    "aten::relu",
                                     "aten::linear",     "aten::percentFormat", "aten::ne.int"};
  std::set<std::string> names;
  for (const auto& [name, info] : ops) names.insert(name);
  EXPECT_EQ(names, wanted);
  EXPECT_EQ(ops.at("aten::linear").num_schema_args.value(), 3);
  Module m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  EXPECT_EQ(torch::jit::mobile::_export_operator_list(m), wanted);
  EXPECT_EQ(torch::jit::mobile::get_module_info(m).bytecode_version, 8u);
}

TEST(ApiCompatibility, ComparesModelAndRuntime) {
  EXPECT_EQ(torch::jit::_get_runtime_bytecode_version(), 9u);
  EXPECT_EQ(torch::jit::_get_runtime_bytecode_min_max_versions(),
            (std::pair<uint64_t, uint64_t>{4, 9}));
  const auto runtime = torch::jit::RuntimeCompatibilityInfo::get();
  EXPECT_EQ(runtime.operator_info.at("aten::add.Tensor").num_schema_args.value(), 3);
  auto model = torch::jit::ModelCompatibilityInfo::get(kFolder + "net.ptl");
  EXPECT_EQ(torch::jit::is_compatible(runtime, model).status,
            torch::jit::ModelCompatibilityStatus::OK);
  auto poor = runtime;
  poor.operator_info.erase("aten::add.Tensor");
  const auto result = torch::jit::is_compatible(poor, model);
  EXPECT_EQ(result.status, torch::jit::ModelCompatibilityStatus::ERROR);
  EXPECT_EQ(result.errors, std::vector<std::string>{
                               "Operator 'aten::add.Tensor' missing from runtime (not found)"});
  model.bytecode_version = 3;
  EXPECT_EQ(torch::jit::is_compatible(runtime, model).errors.size(), 1u);
  model.bytecode_version = 8;
  model.type_table.insert("Foo");
  EXPECT_EQ(torch::jit::is_compatible(runtime, model).errors.size(), 1u);
  model.type_table.clear();
  model.operator_version = 0;
  EXPECT_EQ(torch::jit::is_compatible(runtime, model).errors.size(), 1u);
  EXPECT_TRUE(torch::jit::_get_loaded_custom_classes().count(
      "__torch__.torch.classes.quantized.Conv2dPackedParamsBase"));
}

namespace {

struct Log {
  std::string events;
};
class LoggingObserver : public torch::MobileModuleObserver {
 public:
  explicit LoggingObserver(Log* log) : log_(log) {}
  void onEnterRunMethod(const int32_t) override { log_->events += "enter "; }
  void onExitRunMethod(const std::unordered_map<std::string, std::string>&,
                       const std::string& method, const int32_t) override {
    log_->events += "exit:" + method + " ";
  }
  void onFailRunMethod(const std::unordered_map<std::string, std::string>&,
                       const std::string& method, const int32_t, const char* message) override {
    log_->events += "fail:" + method +
                    (std::string(message).find("1 dimensions") != std::string::npos ? "! " : "? ");
  }
  void onEnterLoadModel(const int32_t) override { log_->events += "load "; }
  void onExitLoadModel(const int32_t,
                       const std::unordered_map<std::string, std::string>&) override {
    log_->events += "loaded ";
  }
  void onFailLoadModel(const int32_t, const char*) override { log_->events += "failed "; }
  std::vector<std::string> getDefaultExtraFiles() override { return {}; }
  std::unordered_map<std::string, std::string> processMetadataFromExtra(
      const std::unordered_map<std::string, std::string>& m) override {
    return m;
  }

 private:
  Log* log_;
};

}  // namespace

TEST(ApiObserver, IsToldOfLoadsAndRuns) {
  Log log;
  torch::observerConfig().setModuleObserver(std::make_unique<LoggingObserver>(&log));
  Module m = torch::jit::_load_for_mobile(kFolder + "net.ptl");
  m.forward({input()});
  EXPECT_THROW(m.forward({torch::ones({3})}), c10::Error);
  EXPECT_THROW(torch::jit::_load_for_mobile("README.md"), c10::Error);
  torch::observerConfig().setModuleObserver(nullptr);
  EXPECT_EQ(log.events, "load loaded enter exit:forward enter fail:forward! load failed ");
}

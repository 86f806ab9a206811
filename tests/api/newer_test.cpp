// What programs use and Debian's libtorch 1.13 does not have: names of later versions, and parts
// that are built for phones only.
#include <ATen/ATen.h>
#include <c10/mobile/CPUCachingAllocator.h>
#include <c10/mobile/CPUProfilingAllocator.h>
#include <c10/util/env.h>
#include <caffe2/core/timer.h>
#include <caffe2/utils/threadpool/ThreadPool.h>
#include <caffe2/utils/threadpool/pthreadpool-cpp.h>
#include <torch/csrc/jit/mobile/file_format.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/script.h>

#include "messages.h"
#include "models.h"

TEST(ApiNewer, TensorsGiveConstMemory) {
  at::Tensor t = torch::ones({2});
  EXPECT_EQ(t.const_data_ptr<float>()[1], 1);
  t.mutable_data_ptr<float>()[0] = 5;
  EXPECT_EQ(*static_cast<const float*>(t.const_data_ptr()), 5);
  EXPECT_EQ(t.mutable_data_ptr(), t.data_ptr());
  EXPECT_FALSE(t.is_mps());
  EXPECT_EQ(t.metal().device().type(), at::kMetal);
  EXPECT_EQ(t.vulkan().cpu().device().type(), at::kCPU);
  EXPECT_EQ(t.type().toString(), "CPUFloatType");
  EXPECT_EQ(t.type().scalarType(), at::kFloat);
}

TEST(ApiNewer, ExtraFilesWithoutTheModel) {
  torch::jit::ExtraFilesMap extra{{"labels.txt", ""}, {"absent", "kept"}};
  torch::jit::_load_extra_only_for_mobile(model_path("net_extra.ptl"), c10::nullopt, extra);
  EXPECT_EQ(extra, (torch::jit::ExtraFilesMap{{"labels.txt", "cat\ndog\n"}, {"absent", "kept"}}));
  extra.clear();
  torch::jit::_load_for_mobile(model_path("net_extra.ptl"), c10::nullopt, extra,
                               torch::jit::kDefaultMobileLoadOptions |
                                   torch::jit::MobileModuleLoadOptions::PARSE_ALL_EXTRA_FILE_MAPS);
  EXPECT_EQ(extra.size(), 2u);
  extra = {{"absent", "old"}};
  expect_works(torch::jit::load(model_path("net_extra.ptl"), c10::nullopt, extra));
  EXPECT_EQ(extra.at("absent"), "");  // a full load clears what it does not find
}

TEST(ApiNewer, FullLoadTakesMobileModels) {
  expect_works(torch::jit::load(model_path("net.ptl")));
  std::ifstream in = stream_of("net.ptl");
  expect_works(torch::jit::load(in, at::kCPU));
  torch::jit::script::Module module = torch::jit::load(model_path("net_flat.ptl"));
  module.eval();
  expect_works(module);
}

TEST(ApiNewer, MissingOperatorsFailTheirMethodWhenItRuns) {
  std::string bytes = bytes_of("net_flat.ptl");
  bytes.replace(bytes.find("aten::relu"), 10, "aten::rexu");
  torch::jit::ExtraFilesMap extra;
  torch::jit::mobile::Module m = torch::jit::_load_for_mobile(
      std::make_unique<MemoryAdapter>(bytes), c10::nullopt, extra, /*options=*/0);
  EXPECT_EQ(m.run_method("describe", "one").toTuple()->elements()[0].toInt(), 4);
  EXPECT_TRUE(contains(message_of([&] { m.forward({net_input()}); }), "aten::rexu"));
}

TEST(ApiNewer, FileFormats) {
  using torch::jit::FileFormat;
  EXPECT_EQ(torch::jit::getFileFormat(model_path("net.ptl")), FileFormat::ZipFileFormat);
  EXPECT_EQ(torch::jit::getFileFormat(model_path("net_flat.ptl")),
            FileFormat::FlatbufferFileFormat);
  EXPECT_EQ(torch::jit::getFileFormat("README.md"), FileFormat::UnknownFileFormat);
  std::ifstream in = stream_of("net.ptl");
  EXPECT_EQ(torch::jit::getFileFormat(in), FileFormat::ZipFileFormat);
  EXPECT_EQ(in.tellg(), 0);
}

TEST(ApiNewer, Parameters) {
  const auto named = torch::jit::_load_parameters(model_path("parameters.pt"));
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named.at("fc.bias").sizes(), (std::vector<int64_t>{2}));
  EXPECT_EQ(named.at("fc.weight")[1][2].item<float>(), 5);
}

TEST(ApiNewer, ThreadPoolsAreOne) {
  const int before = at::get_num_threads();
  caffe2::pthreadpool()->set_thread_count(3);
  EXPECT_EQ(at::get_num_threads(), 3);
  caffe2::mobile_threadpool()->setNumThreads(2);
  EXPECT_EQ(caffe2::pthreadpool()->get_thread_count(), 2u);
  EXPECT_EQ(caffe2::mobile_threadpool()->getNumThreads(), 2);
  at::set_num_threads(before);
}

TEST(ApiNewer, AllocatorsAndTheirGuards) {
  c10::CPUCachingAllocator caching;
  void* p = caching.allocate(64);
  ASSERT_NE(p, nullptr);
  caching.free(p);
  torch::jit::mobile::Module m = torch::jit::_load_for_mobile(model_path("net.ptl"));
  {
    c10::WithCPUCachingAllocatorGuard guard(&caching);
    expect_works(m);
  }
  c10::AllocationPlan plan;
  {
    c10::WithProfileAllocationsGuard guard(&plan);
    expect_works(m);
  }
  bool fits = false;
  {
    c10::WithValidateAllocationPlanGuard guard(&plan, &fits);
    expect_works(m);
  }
  EXPECT_TRUE(fits);
  c10::CPUProfilingAllocator profiling;
  c10::WithProfilingAllocatorGuard guard(&profiling, &plan);
  expect_works(m);
  caffe2::Timer timer;
  EXPECT_GE(timer.MilliSeconds(), 0);
}

TEST(ApiNewer, ModelsPrintAndWarnToTheProgram) {
  static std::string printed;
  torch::jit::setPrintHandler([](const std::string& text) { printed += text; });
  std::vector<c10::IValue> stack{1, "two"};
  c10::Dispatcher::singleton().findSchemaOrThrow("prim::Print", "").callBoxed(stack);
  torch::jit::setPrintHandler(torch::jit::getDefaultPrintHandler());
  EXPECT_EQ(printed, "1 two\n");
}

// torch::jit::trace takes a function as it is; libtorch's tracer wants a stack of values.

TEST(ApiTrace, FollowsSizes) {
  auto f = [](torch::Tensor x) { return x.view({x.size(0), -1}).sum(1); };
  auto traced = torch::jit::trace(f, {torch::rand({1, 3, 4})});
  EXPECT_EQ(traced({torch::rand({5, 3, 4})}).toTensor().sizes(), (std::vector<int64_t>{5}));
  std::ostringstream text;
  text << *traced.graph();
  EXPECT_NE(text.str().find("aten::size"), std::string::npos);
}

TEST(ApiTrace, TakesArgumentsByName) {
  const auto f = [](const torch::Tensor& image, const torch::Tensor& mask) { return image * mask; };
  auto m = torch::jit::trace(f, {torch::rand({2}), torch::rand({2})}, {.names = {"image", "mask"}});
  const torch::Tensor a = torch::rand({2}), b = torch::rand({2});
  EXPECT_TRUE(m({{"mask", b}, {"image", a}}).toTensor().equal(a * b));
}

TEST(ApiTrace, GraphsOfBytecode) {
  torch::jit::Module m = torch::jit::load(model_path("net.ptl"));
  EXPECT_NE(m.graph()->toString().find("aten::linear"), std::string::npos);
  m.define("def twice(self, x):\n    return self.forward(x) * 2\n");
  expect_output(m.get_method("twice")({net_input()}).toTensor() / 2, 1.10520911f, 3.16225290f);
  expect_works(m);
}

TEST(ApiTrace, OfAScriptedModule) {
  torch::jit::Module m("Net");
  m.register_parameter("w", torch::ones({3}), false);
  m.define(
      "def forward(self, x):\n    y = x\n    for i in range(3):\n        y = y * self.w + i\n"
      "    return y.view(x.size(0), -1)\n");
  torch::jit::Module t = torch::jit::trace(m, {torch::rand({2, 3})});
  const torch::Tensor x = torch::rand({5, 3});
  EXPECT_TRUE(t.forward({x}).toTensor().allclose(m.forward({x}).toTensor()));
  EXPECT_EQ(t.named_parameters().size(), 1u);
  EXPECT_EQ(t.graph()->toString().find("prim::Loop"), std::string::npos);
}

TEST(ApiNewer, EnvironmentVariables) {
  c10::utils::set_env("TEALIGHT_TEST_VARIABLE", "1");
  EXPECT_TRUE(c10::utils::has_env("TEALIGHT_TEST_VARIABLE"));
  EXPECT_EQ(c10::utils::check_env("TEALIGHT_TEST_VARIABLE"), std::optional<bool>(true));
  c10::utils::set_env("TEALIGHT_TEST_VARIABLE", "other", /*overwrite=*/false);
  EXPECT_EQ(c10::utils::get_env("TEALIGHT_TEST_VARIABLE"), std::optional<std::string>("1"));
  EXPECT_FALSE(c10::utils::get_env("TEALIGHT_TEST_ABSENT").has_value());
}

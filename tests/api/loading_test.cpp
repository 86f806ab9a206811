// Loading mobile models from everywhere, and their extra files.
#include <caffe2/serialize/file_adapter.h>
#include <caffe2/serialize/in_memory_adapter.h>
#include <caffe2/serialize/inline_container.h>
#include <caffe2/serialize/istream_adapter.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/mobile/flatbuffer_loader.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/import_data.h>
#include <torch/csrc/jit/mobile/parse_operators.h>
#include <torch/csrc/jit/serialization/import.h>

#include "messages.h"
#include "models.h"

using torch::jit::_load_for_mobile;
using torch::jit::ExtraFilesMap;

TEST(ApiLoad, FromEveryKindOfSource) {
  for (const char* name : {"net.ptl", "net_flat.ptl", "net_v4.ptl"}) {
    SCOPED_TRACE(name);
    expect_works(_load_for_mobile(model_path(name)));
    expect_works(_load_for_mobile(model_path(name), at::kCPU));
    expect_works(_load_for_mobile(model_path(name), c10::nullopt));
    std::ifstream in = stream_of(name);
    expect_works(_load_for_mobile(in));
    in = stream_of(name);
    expect_works(_load_for_mobile(in, at::Device("cpu")));
    expect_works(_load_for_mobile(std::make_unique<MemoryAdapter>(bytes_of(name))));
    expect_works(_load_for_mobile(std::make_unique<MemoryAdapter>(bytes_of(name)), at::kCPU));
    expect_works(_load_for_mobile(
        std::make_unique<caffe2::serialize::FileAdapter>(model_path(name)), c10::nullopt));
    in = stream_of(name);
    expect_works(_load_for_mobile(std::make_unique<caffe2::serialize::IStreamAdapter>(&in)));
    const std::string bytes = bytes_of(name);
    expect_works(_load_for_mobile(
        std::make_unique<caffe2::serialize::MemoryReadAdapter>(bytes.data(), off_t(bytes.size()))));
  }
}

TEST(ApiLoad, FillsTheExtraFilesThatAreAskedFor) {
  const std::string path = model_path("net_extra.ptl");
  const ExtraFilesMap wanted{{"labels.txt", ""}, {"absent", "kept"}};
  const ExtraFilesMap filled{{"labels.txt", "cat\ndog\n"}, {"absent", "kept"}};
  ExtraFilesMap extra = wanted;
  expect_works(_load_for_mobile(path, c10::nullopt, extra));
  EXPECT_EQ(extra, filled);
  extra = wanted;
  std::ifstream in = stream_of("net_extra.ptl");
  expect_works(_load_for_mobile(in, at::kCPU, extra));
  EXPECT_EQ(extra, filled);
  extra = wanted;
  expect_works(_load_for_mobile(std::make_unique<MemoryAdapter>(bytes_of("net_extra.ptl")),
                                c10::nullopt, extra));
  EXPECT_EQ(extra, filled);
}

TEST(ApiLoad, TakesOptions) {
  ExtraFilesMap extra;
  const uint64_t check = torch::jit::MobileModuleLoadOptions::OPERATOR_CHECK;
  EXPECT_EQ(check, torch::jit::kDefaultMobileLoadOptions);
  expect_works(_load_for_mobile(model_path("net.ptl"), c10::nullopt, extra, check));
  expect_works(_load_for_mobile(model_path("net.ptl"), c10::nullopt, extra, 0));
  expect_works(_load_for_mobile(std::make_unique<MemoryAdapter>(bytes_of("net.ptl")), c10::nullopt,
                                extra, torch::jit::kDefaultMobileLoadOptions));
  EXPECT_TRUE(extra.empty());
}

// net.ptl with its operator aten::relu renamed to one that nobody has.
std::string unknown_operator() {
  std::string bytes = bytes_of("net_flat.ptl");
  const size_t at = bytes.find("aten::relu");
  bytes.replace(at, 10, "aten::rexu");
  return bytes;
}

TEST(ApiLoad, OperatorsAreCheckedWhenAskedFor) {
  ExtraFilesMap extra;
  EXPECT_THROW(_load_for_mobile(std::make_unique<MemoryAdapter>(unknown_operator())), c10::Error);
  EXPECT_TRUE(contains(message_of([&] {
                         _load_for_mobile(std::make_unique<MemoryAdapter>(unknown_operator()),
                                          c10::nullopt, extra,
                                          torch::jit::MobileModuleLoadOptions::OPERATOR_CHECK);
                       }),
                       "aten::rexu"));
}

TEST(ApiLoad, RefusesWhatIsNoModel) {
  EXPECT_TRUE(
      contains(message_of([] { _load_for_mobile("no/such/file.ptl"); }), "no/such/file.ptl"));
  EXPECT_THROW(_load_for_mobile("README.md"), c10::Error);
  EXPECT_THROW(
      _load_for_mobile(std::make_unique<MemoryAdapter>(bytes_of("net.ptl").substr(0, 2000))),
      c10::Error);
  EXPECT_THROW(_load_for_mobile(std::make_unique<MemoryAdapter>(std::string(100, 'x'))),
               c10::Error);
  EXPECT_TRUE(
      contains(message_of([] { _load_for_mobile(model_path("net.ptl"), at::Device("vulkan")); }),
               "supported devices include CPU, CUDA and HPU"));
}

TEST(ApiLoad, Flatbuffers) {
  std::string bytes = bytes_of("net_flat.ptl");
  const std::unique_ptr<char, decltype(&std::free)> aligned(
      static_cast<char*>(std::aligned_alloc(64, (bytes.size() + 63) / 64 * 64)), &std::free);
  std::memcpy(aligned.get(), bytes.data(), bytes.size());
  EXPECT_TRUE(torch::jit::register_flatbuffer_loader());
  expect_works(torch::jit::parse_and_initialize_mobile_module(aligned.get(), bytes.size()));
  ExtraFilesMap extra;
  expect_works(torch::jit::parse_and_initialize_mobile_module(aligned.get(), bytes.size(),
                                                              c10::nullopt, &extra, true));
  std::shared_ptr<char> shared(
      static_cast<char*>(std::aligned_alloc(64, (bytes.size() + 63) / 64 * 64)), &std::free);
  std::memcpy(shared.get(), bytes.data(), bytes.size());
  torch::jit::mobile::Module m =
      torch::jit::parse_and_initialize_mobile_module(shared, bytes.size());
  shared.reset();
  expect_works(m);
  expect_works(torch::jit::load_mobile_module_from_file(model_path("net_flat.ptl")));
  expect_works(
      torch::jit::load_mobile_module_from_file(model_path("net_flat.ptl"), at::kCPU, &extra));
  std::ifstream in = stream_of("net_flat.ptl");
  EXPECT_EQ(torch::jit::get_bytecode_version(in), 9u);
  in = stream_of("net_flat.ptl");
  expect_works(torch::jit::load_mobile_module_from_stream_with_copy(in));
  EXPECT_EQ(torch::jit::get_bytecode_version(model_path("net_flat.ptl")), 9u);
  EXPECT_EQ(torch::jit::get_bytecode_version_from_bytes(aligned.get()), 9u);
  const auto info = torch::jit::get_module_info_from_flatbuffer(aligned.get());
  EXPECT_EQ(info.bytecode_version, 9u);
  EXPECT_EQ(info.opname_to_num_args.at("aten::linear"), 3);
  EXPECT_EQ(info.function_names.size(), 2u);
  bytes = bytes_of("net.ptl");
  EXPECT_THROW(torch::jit::parse_and_initialize_mobile_module(&bytes[0], bytes.size()), c10::Error);
}

TEST(ApiLoad, Containers) {
  caffe2::serialize::PyTorchStreamReader reader(model_path("net_extra.ptl"));
  EXPECT_TRUE(reader.hasRecord("bytecode.pkl"));
  EXPECT_FALSE(reader.hasRecord("code/nothing.py"));
  EXPECT_EQ(reader.version(), 3u);
  at::DataPtr data;
  size_t size = 0;
  std::tie(data, size) = reader.getRecord("extra/labels.txt");
  EXPECT_EQ(std::string(static_cast<char*>(data.get()), size), "cat\ndog\n");
  EXPECT_EQ(bytes_of("net_extra.ptl").substr(reader.getRecordOffset("extra/labels.txt"), size),
            "cat\ndog\n");
  const auto names = reader.getAllRecords();
  EXPECT_NE(std::find(names.begin(), names.end(), "data.pkl"), names.end());
  std::ifstream in = stream_of("net.ptl");
  EXPECT_TRUE(caffe2::serialize::PyTorchStreamReader(&in).hasRecord("data.pkl"));
  EXPECT_TRUE(
      caffe2::serialize::PyTorchStreamReader(std::make_unique<MemoryAdapter>(bytes_of("net.ptl")))
          .hasRecord("data.pkl"));
  EXPECT_THROW(reader.getRecord("absent"), c10::Error);
  EXPECT_THROW(caffe2::serialize::PyTorchStreamReader("README.md"), c10::Error);
}

TEST(ApiLoad, Parameters) {
  EXPECT_TRUE(contains(message_of([] { torch::jit::_load_parameters("README.md"); }),
                       "Unrecognized data format"));
  // A model is no map of parameters: that has one dict, "data".
  EXPECT_THROW(torch::jit::mobile_module_to_parameter_map(_load_for_mobile(model_path("net.ptl"))),
               c10::Error);
  EXPECT_THROW(torch::jit::_load_parameters(model_path("net_flat.ptl")), c10::Error);
}

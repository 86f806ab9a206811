// Writing mobile models, by libtorch's names.
#include <torch/csrc/jit/mobile/compatibility/backport.h>
#include <torch/csrc/jit/mobile/compatibility/model_compatibility.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/import_data.h>
#include <torch/csrc/jit/mobile/train/export_data.h>
#include <torch/csrc/jit/serialization/export.h>
#include <torch/csrc/jit/serialization/flatbuffer_serializer.h>

#include <sstream>

#include "messages.h"
#include "models.h"

using torch::jit::_load_for_mobile;
using torch::jit::ExtraFilesMap;

TEST(ApiSave, WritesWhatLoadsAgain) {
  const auto module = _load_for_mobile(model_path("net.ptl"));
  for (bool flatbuffer : {false, true}) {
    std::stringstream stream;
    module._save_for_mobile(stream, {{"note.txt", "hello"}}, false, flatbuffer);
    ExtraFilesMap extra{{"note.txt", ""}};
    expect_works(_load_for_mobile(stream, c10::nullopt, extra));
    EXPECT_EQ(extra["note.txt"], "hello");
    std::stringstream exported;
    torch::jit::ExportModule(module, exported, {}, true, false, flatbuffer);
    EXPECT_EQ(torch::jit::_get_model_bytecode_version(exported), flatbuffer ? 9u : 8u);
  }
  std::string whole;
  const auto writer = [&](const void* p, size_t n) {
    whole.append(static_cast<const char*>(p), n);
    return n;
  };
  torch::jit::ExportModule(module, writer, {}, true);
  std::istringstream in(whole);
  expect_works(_load_for_mobile(in));
}

TEST(ApiSave, WritesChangedAttributes) {
  auto module = _load_for_mobile(model_path("net.ptl"));
  {
    torch::NoGradGuard off;
    for (at::Tensor& t : module.parameters()) t.zero_();
  }
  std::stringstream stream;
  module._save_for_mobile(stream);
  const auto again = _load_for_mobile(stream);
  for (const at::Tensor& t : again.parameters()) EXPECT_EQ(t.abs().sum().item<float>(), 0);
}

TEST(ApiSave, PortsToOtherVersions) {
  for (const char* name : {"net.ptl", "net_flat.ptl", "net_v4.ptl"})
    for (int64_t version = 4; version <= 9; ++version) {
      std::stringstream out;
      ASSERT_TRUE(torch::jit::_backport_for_mobile(model_path(name), out, version));
      EXPECT_EQ(torch::jit::_get_model_bytecode_version(out), uint64_t(version));
      expect_works(_load_for_mobile(out));
    }
  std::stringstream out;
  EXPECT_FALSE(torch::jit::_backport_for_mobile(model_path("net.ptl"), out, 3));
  EXPECT_FALSE(torch::jit::_backport_for_mobile(model_path("net.ptl"), out, 10));
  EXPECT_TRUE(out.str().empty());
}

TEST(ApiSave, WritesFlatbuffers) {
  const auto module = _load_for_mobile(model_path("net_v4.ptl"));
  auto bytes = torch::jit::save_mobile_module_to_bytes(module);
  expect_works(torch::jit::parse_and_initialize_mobile_module(bytes.data(), bytes.size()));
}

TEST(ApiSave, WritesParameters) {
  const std::map<std::string, at::Tensor> named = {{"a", at::ones({2, 3})}, {"b", at::zeros({1})}};
  for (bool flatbuffer : {false, true}) {
    std::stringstream stream;
    torch::jit::_save_parameters(named, stream, flatbuffer);
    const auto again = torch::jit::_load_parameters(stream);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_TRUE(again.at("a").equal(named.at("a")));
  }
}

TEST(ApiSave, SaysWhatIsWrong) {
  const auto module = _load_for_mobile(model_path("net.ptl"));
  EXPECT_TRUE(contains(message_of([&] { module._save_for_mobile("no/such/folder/a.ptl"); }),
                       "cannot write 'no/such/folder/a.ptl'"));
  EXPECT_TRUE(
      contains(message_of([&] { torch::jit::ExportModule(module, "a.pt"); }), "bytecode_format"));
}

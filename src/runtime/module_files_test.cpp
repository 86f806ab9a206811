// What Module::load makes of every kind of file: those that are no models are named, damaged ones
// too, and unusual ones run.
#include <gtest/gtest.h>

#include "format/ptl_zip/zip.h"
#include "runtime/module_samples.h"
#include "tealight/factories.h"

namespace tealight {
namespace {

using namespace std::string_literals;
using testing::bytes_of;
using testing::error_of;
using testing::golden;
using testing::kFolder;
using testing::SmallModel;
using testing::Temporary;
using testing::ZipBuilder;

std::string zip_of(const std::vector<std::string>& names) {
  ZipBuilder z;
  for (const std::string& n : names) z.add(n, "x");
  return z.finish();
}
std::string padded(std::string s) { return s + std::string(600, '\0'); }
std::string tar() {
  std::string block = padded("storages"), magic = "ustar";
  block.resize(1024);
  return block.replace(257, magic.size(), magic);
}
std::string safetensors() {
  const std::string header = R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string out;
  testing::put(out, header.size(), 8);
  return out + header + "\0\0\0\0"s;
}

struct NoModel {
  const char* name;
  std::string bytes;
  std::string what, advice;  // parts of the error
};
std::vector<NoModel> no_models() {
  const std::string model = bytes_of("net.ptl");
  return {
      {"state.pth", zip_of({"archive/data.pkl", "archive/data/0", "archive/version"}),
       "a checkpoint of torch.save", "Python model it came from"},
      {"state_1_5.pth",
       padded("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03."s),
       "the format before PyTorch 1.6", "Python model it came from"},
      {"state_2016.pt", tar(), "tar format of 2016", "load it with PyTorch"},
      {"program.pt2", zip_of({"m/archive_format", "m/models/model.json", "m/data/weights/w_0"}),
       "a program of torch.export (.pt2)", "_save_for_lite_interpreter"},
      {"package.pt", zip_of({"p/.data/extern_modules", "p/m.py"}), "torch.package",
       "_save_for_lite_interpreter"},
      {"w.safetensors", safetensors(), "a safetensors file", "_save_for_lite_interpreter"},
      {"m.onnx", padded("\x08\x07\x12\x07pytorch\x1a\x06"s + "1.13.1:\x80\x01\n\x10"),
       "an ONNX model", "_save_for_lite_interpreter"},
      {"m.tflite", padded("\x1c\0\0\0TFL3"s), "a TensorFlow Lite model", "use the PyTorch model"},
      {"m.pte", padded("\x1c\0\0\0ET12"s), "an ExecuTorch program (.pte)",
       "_save_for_lite_interpreter"},
      {"cut.ptl", model.substr(0, model.size() / 2), "cut off: its end is missing",
       "compare its size"},
      {"cut_flat.ptl", bytes_of("net_flat.ptl").substr(0, 3000), "cut_flat.ptl", ""},
      {"lfs.ptl", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
       "a Git LFS pointer", "git lfs pull"},
      {"404.ptl", "<!DOCTYPE html>\n<html><body>404 Not Found", "a web page", "download it again"},
      {"error.ptl", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
       "an XML text", "download it again"},
      {"empty.ptl", "", "empty", "download or copy the file again"},
      {"words.ptl", "Not Found", "a text", "download it again"},
      {"photo.ptl", padded("\xff\xd8\xff\xe0JFIF"s), "a picture", "give it as an input"},
      {"m.ptl.gz", padded("\x1f\x8b\x08\0"s), "a compressed file", "unpack it first"},
      {"array.npy", padded("\x93NUMPY\x01\0v\0{'descr'"s), "a NumPy array", "give it as an input"},
      {"noise.ptl", "\x01\x02\x03\x04 no magic", "of a kind that is not known",
       "_save_for_lite_interpreter"},
  };
}

TEST(ModuleFiles, ThatAreNoModelsAreNamedWithAdvice) {
  for (const NoModel& n : no_models()) {
    const Temporary file(n.name, n.bytes);
    const std::string text = error_of([&] { Module::load(file.path()); });
    EXPECT_NE(text.find(n.name), std::string::npos) << text;
    EXPECT_NE(text.find(n.what), std::string::npos) << n.name << ": " << text;
    EXPECT_NE(text.find(n.advice), std::string::npos) << n.name << ": " << text;
    EXPECT_EQ(text.find("fix: ") == std::string::npos, n.advice.empty()) << text;
    // From memory the same is said of 'memory'.
    const std::string from_memory = error_of([&] { Module::load(n.bytes.data(), n.bytes.size()); });
    EXPECT_NE(from_memory.find(n.what == n.name ? "memory" : n.what), std::string::npos)
        << from_memory;
  }
}

TEST(ModuleFiles, FoldersAndMissingFiles) {
  const std::string folder = error_of([] { Module::load("tests/golden"); });
  EXPECT_NE(folder.find("'tests/golden' is a folder"), std::string::npos) << folder;
  EXPECT_NE(folder.find("fix: "), std::string::npos) << folder;
  const std::string missing = error_of([] { Module::load("no/such/model.ptl"); });
  EXPECT_NE(missing.find("cannot open 'no/such/model.ptl': No such file"), std::string::npos)
      << missing;
  EXPECT_NE(missing.find("fix: check the path"), std::string::npos) << missing;
}

TEST(ModuleFiles, ErrorsNameFileRecordAndFunction) {
  SmallModel damaged;
  damaged.root = testing::pickle::number(1) + "\xff";
  const Temporary record("record.ptl", damaged.zip().finish());
  const std::string text = error_of([&] { Module::load(record.path()); });
  EXPECT_NE(text.find("data.pkl, offset"), std::string::npos) << text;
  EXPECT_NE(text.find("record.ptl"), std::string::npos) << text;

  SmallModel wrong;
  wrong.instructions = testing::pickle::tuple({SmallModel::instruction("JMP", 99, 0)});
  const Temporary function("function.ptl", wrong.zip().finish());
  const std::string jump = error_of([&] { Module::load(function.path()); });
  EXPECT_NE(jump.find("function __torch__.M.forward, instruction 0 (JMP)"), std::string::npos)
      << jump;
  EXPECT_NE(jump.find("function.ptl"), std::string::npos) << jump;
}

Tensor row(const std::vector<float>& v) { return tealight::tensor(v); }
std::vector<float> floats(const Value& v) {
  const Tensor t = v.toTensor().contiguous();
  return {t.data_ptr<float>(), t.data_ptr<float>() + t.numel()};
}

TEST(ModuleFiles, DeflatedRecordsRun) {
  const std::string bytes = bytes_of("net.ptl");
  const ZipFile original(ByteSource::memory(bytes.data(), bytes.size()));
  ZipBuilder packed;
  for (const ZipRecord& r : original.records())
    packed.add("another_root/" + r.name, std::string(original.read(r).text()), {.deflated = true});
  const std::string again = packed.finish();
  EXPECT_LT(again.size(), bytes.size());
  const Tensor x = ones({2, 3});
  EXPECT_TRUE(equal(Module::load(again.data(), again.size()).forward({x}).toTensor(),
                    golden("net.ptl").forward({x}).toTensor()));
}

// ---- layers that were packed for phones' graphics processors

using namespace testing::pickle;

std::string floats_tensor(int64_t first, const std::vector<int64_t>& sizes) {
  std::vector<int64_t> strides(sizes.size(), 1);
  for (size_t i = sizes.size() - 1; i > 0; --i) strides[i - 1] = strides[i] * sizes[i];
  return tensor(storage("FloatStorage", "w", 6), first, sizes, strides);
}
std::string int_list(const std::vector<int64_t>& v) {
  std::vector<std::string> items;
  for (int64_t n : v) items.push_back(number(n));
  return call("torch.jit._pickle", "build_intlist", {list(items)});
}

// forward(x) = op(x, an object of that class); the storage holds 1, 2, 3, 4, 10, 20.
Module packed_layer(const std::string& space, const std::string& cls, const std::string& op,
                    const std::vector<std::string>& state) {
  SmallModel m;
  m.constants = tuple({object("__torch__.torch.classes." + space, cls, tuple(state))});
  m.operators = tuple({tuple({text(op), text(""), number(2)})});
  m.instructions =
      tuple({m.instruction("STOREN", 1, 2), m.instruction("LOAD", 2, 0),
             m.instruction("LOADC", 0, 0), m.instruction("OP", 0, 0), m.instruction("RET", 0, 0)});
  const float weights[] = {1, 2, 3, 4, 10, 20};
  ZipBuilder zip = m.zip();
  zip.add("archive/constants/w",
          std::string(reinterpret_cast<const char*>(weights), sizeof weights));
  const std::string bytes = zip.finish();
  return Module::load(bytes.data(), bytes.size());
}

TEST(ModuleFiles, TorchScriptArchivesOfNonsenseAreRefused) {
  for (const auto& [name, bytes] :
       {std::pair("script.pt", zip_of({"m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"})),
        std::pair("old_script.pt",
                  zip_of({"m/version", "m/code/m.py", "m/model.json", "m/tensors/0"}))}) {
    try {
      Module::load(bytes.data(), bytes.size());
      ADD_FAILURE() << name << " loads";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::corrupt_file) << name << ": " << e.what();
    }
  }
}

TEST(ModuleFiles, OptimizedForVulkanAndMetalRunHere) {
  const std::string weight = floats_tensor(0, {2, 2}), bias = floats_tensor(4, {2});
  const std::vector<float> rows{1 + 2 + 10, 3 + 4 + 20}, columns{1 + 3 + 10, 2 + 4 + 20};
  const Tensor x = ones({1, 2});
  EXPECT_EQ(floats(packed_layer("metal", "LinearOpContext", "metal_prepack::linear_run",
                                {weight, bias, kNone, kNone})
                       .forward({x})),
            rows);
  // Vulkan's weights are transposed.
  EXPECT_EQ(
      floats(packed_layer("vulkan", "LinearOpContext", "vulkan_prepack::linear_run", {weight, bias})
                 .forward({x})),
      columns);
  EXPECT_EQ(floats(packed_layer("vulkan", "LinearPackedContext",
                                "vulkan_prepack::run_linear_context", {weight, bias})
                       .forward({x})),
            columns);

  const std::string kernel = floats_tensor(1, {1, 1, 1, 1}), one = int_list({1, 1}),
                    zero = int_list({0, 0});
  const Tensor picture = row({-1, 0.5, 1, 2}).reshape({1, 1, 2, 2});
  const std::vector<float> bounded{0, 1, 2, 3};  // 2 x, within 0 and 3
  for (const char* space : {"metal", "vulkan"}) {
    const std::string op =
        space == "metal"s ? "metal_prepack::conv2d_run" : "vulkan_prepack::conv2d_clamp_run";
    const std::vector<std::string> state{kernel, kNone,     one,     zero,
                                         one,    number(1), real(0), real(3)};
    EXPECT_EQ(floats(packed_layer(space, "Conv2dOpContext", op, state).forward({picture})),
              bounded);
  }
  EXPECT_EQ(
      floats(packed_layer(
                 "vulkan", "Conv2dPackedContext", "vulkan_prepack::run_conv2d_context",
                 {kernel, kNone, one, zero, one, kFalse, kFalse, zero, number(1), real(0), real(3)})
                 .forward({picture})),
      bounded);
}

// ---- places in the author's program

TEST(ModuleErrors, NameModulePathAndSourceLine) {
  const Module m = golden("net_debug.ptl");
  const std::string raised = error_of([&] { m.forward({ones({3})}); });
  EXPECT_EQ(raised.find("x has 1 dimensions"), 0u) << raised;
  // PyTorch records no module for what stands in a branch.
  for (const char* part : {"at top(Net).forward (models.py:27): raise ValueError(",
                           "at tests/golden/models/net_debug.ptl"})
    EXPECT_NE(raised.find(part), std::string::npos) << raised;
  const std::string failed = error_of([&] { m.forward({ones({2, 5})}); });
  for (const char* part :
       {"at top(Net).inner(Inner).fc(Linear).forward (linear.py:",
        "at top(Net).inner(Inner).forward (models.py:28): return torch.relu(self.fc(x))",
        "at top(Net).forward (models.py:", "return self.inner(x) * scale", "(OP aten::linear)"})
    EXPECT_NE(failed.find(part), std::string::npos) << failed;
}

// PyTorch 1.9 wrote neither the operator nor the called function into its map of call stacks.
TEST(ModuleErrors, KnowPlacesFromTheMapsOfPyTorch1_9) {
  SmallModel m;
  m.operators = tuple({tuple({text("aten::len"), text("t"), number(1)})});
  m.instructions = tuple({m.instruction("STOREN", 1, 2), m.instruction("LOAD", 2, 0),
                          m.instruction("OP", 0, 0), m.instruction("RET", 0, 0)});
  const std::string source = "def forward(self, x):\n    y = 1\n    return len(x)\n";
  const auto place = [&](const char* file, int64_t tag, int64_t start) {
    return tuple({number(0),
                  tuple({tuple({text(source), text(file), number(10)}), number(start), number(60)}),
                  number(tag)});
  };
  const std::string handles =
      whole("(" + number(8) +
            tuple({text("__torch__.M.forward"),
                   tuple({field("function_debug_handles", tuple({int_list({7, 7, 9, 7})}))})}) +
            "t");
  // Handle 9 is at place 1, which was called at place 0 through the submodule "inner".
  const std::string stacks = whole(
      tuple({tuple({number(7), number(0), kNone}),
             tuple({number(9), number(1),
                    tuple({tuple({text("__torch__.Inner"), text("inner")}), number(0), kNone})})}));
  const std::string bytes =
      m.zip()
          .add("archive/mobile_debug_handles.pkl", handles)
          .add("archive/callstack_debug_map.pkl", stacks)
          .add("archive/code/__torch__.py.debug_pkl",
               whole(tuple({place("outer.py", 0, 26), place("net.py", 1, 40)})))
          .finish();
  const Module module = Module::load(bytes.data(), bytes.size());
  const std::string text = error_of([&] { module.forward({ones({2})}); });
  for (const char* part : {"at top(M).inner(Inner) (net.py:12): return len(x)",
                           "at top(M).forward (outer.py:11): y = 1"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

}  // namespace
}  // namespace tealight

#include "layers.h"
#include "tealight/module.h"
#include "testing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

Printed diff(const std::string& a, const std::string& b, std::vector<std::string> more = {}) {
  std::vector<std::string> args{"diff", kModels + a, kModels + b, "rand:1,3,16,16"};
  args.insert(args.end(), more.begin(), more.end());
  return tealight(args);
}
// "aten::relu quantized::conv2d_relu.new same" of each pair.
std::vector<std::string> pairs(const json& j) {
  std::vector<std::string> out;
  for (const json& r : j["rows"])
    if (r["verdict"] != "alone")
      out.push_back(r["a"].get<std::string>() + " " + r["b"].get<std::string>() + " " +
                    r["verdict"].get<std::string>());
  return out;
}

TEST(DiffModels, MatchesFusedLayersWithTheLastThatTheyStandFor) {
  const Printed p = diff("tiny.ptl", "tiny_fused.ptl", {"--json"});
  EXPECT_EQ(p.status, 0);
  EXPECT_EQ(pairs(p.json()),
            (std::vector<std::string>{
                "aten::relu prepacked::conv2d_clamp_run same",
                "aten::relu prepacked::conv2d_clamp_run same", "aten::mean.dim aten::mean.dim same",
                "aten::linear prepacked::linear_clamp_run same", "result result same"}));
}

TEST(DiffModels, MatchesAQuantizedTwin) {
  const Printed p = diff("tiny.ptl", "tiny_int8.ptl", {"--json"});
  EXPECT_EQ(p.status, 0);
  EXPECT_EQ(pairs(p.json()),
            (std::vector<std::string>{
                "aten::relu quantized::conv2d_relu.new same",
                "aten::relu quantized::conv2d_relu.new same", "aten::mean.dim aten::mean.dim same",
                "aten::linear quantized::linear same", "result result same"}));
  EXPECT_EQ(diff("tiny.ptl", "tiny_int8.ptl", {"--cosine", "1.1"}).status, 1);
  EXPECT_EQ(diff("tiny_int8.ptl", "tiny_fused.ptl").status, 0);
}

TEST(DiffModels, MarksWhereTheyPart) {
  const Printed p = diff("tiny.ptl", "tiny_other.ptl");
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(line_with(p.out, "DIFFERS FIRST"), "aten::conv2d");
  EXPECT_HAS(line_with(p.out, "DIFFERS FIRST"), "features.3");
  EXPECT_HAS(p.out, "6 of 9 outputs differ");
  const Printed few = diff("tiny.ptl", "tiny_other.ptl", {"--different"});
  EXPECT_FALSE(contains(few.out, "features.0"));
  EXPECT_EQ(diff("tiny.ptl", "tiny_other.ptl", {"--atol", "10"}).status, 0);
  EXPECT_EQ(diff("tiny.ptl", "tiny_other.ptl", {"--json"}).json()["different"], 6);
}

TEST(DiffFolders, ComparesResultsOfRun) {
  const std::string folder = scratch_folder();
  const auto run = [&](const std::string& x, const std::string& to) {
    ASSERT_EQ(tealight({"run", kModels + "values.ptl", x, "['n']", "{'k': [1, 2]}", "(1, 2.0)",
                        "--out", folder + to})
                  .status,
              0);
  };
  run("[1.0, 2.0]", "a");
  run("[1.0, 2.5]", "b");
  EXPECT_EQ(tealight({"diff", folder + "a", folder + "a"}).status, 0);
  const Printed p = tealight({"diff", kModels + "values.ptl", folder + "a", folder + "b"});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(p.out, "forward(Tensor x");
  EXPECT_HAS(line_with(p.out, "DIFFERS FIRST"), " 0 ");
  EXPECT_HAS(line_with(p.out, "1.sum"), "differs");
  EXPECT_HAS(line_with(p.out, "1.k"), "same");
  EXPECT_HAS(p.out, "2 of 4 outputs differ");
}

TEST(DiffFolders, ComparesResultsOfReplay) {
  const std::string folder = scratch_folder();
  for (const char* to : {"a", "b"})
    ASSERT_EQ(
        tealight({"replay", kModels + "values.ptl", kModels + "calls.json", "--out", folder + to})
            .status,
        0);
  EXPECT_EQ(tealight({"diff", folder + "a", folder + "b"}).status, 0);
  json j = json::parse(text_of(folder + "b/results.json"));
  j["calls"][1].erase("raises");
  j["calls"][1]["result"] = {{"type", "none"}};
  std::ofstream(folder + "b/results.json") << j;
  const Printed p = tealight({"diff", folder + "a", folder + "b"});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(line_with(p.out, "1 forward"), "raised only in the first");
}

TEST(DiffFolders, SaysWhatItTakes) {
  const std::string folder = scratch_folder();
  EXPECT_EQ(tealight({"diff", folder, kModels + "tiny.ptl"}).status, 2);
  const Printed p = tealight({"diff", folder, folder});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(p.err,
             "holds neither the result.json of run --out nor the results.json of replay --out");
}

TEST(Layers, RecordsOnlyWhatTheModelItselfCalls) {
  const Module m = Module::load(kModels + "tiny.ptl");
  LayerRecorder recorder;
  {
    Using watch(recorder);
    m.forward({Tensor(Fact(kFloat, {1, 3, 8, 8}))});
  }
  const std::vector<Layer> layers = recorder.take();
  ASSERT_EQ(layers.size(), 8u);
  EXPECT_EQ(layers[0].name, "aten::conv2d");
  EXPECT_EQ(layers[0].module, "features.0");
  EXPECT_EQ(layers[7].shapes(), "float32[1, 2]");
}

Layer layer(const std::string& name, std::vector<float> numbers) {
  Tensor t(Fact(kFloat, {int64_t(numbers.size())}));
  std::copy(numbers.begin(), numbers.end(), t.as<float>());
  return {name, "", {t}};
}

TEST(Layers, AlignmentKeepsOrderAndLeavesOutWhatHasNoPartner) {
  const std::vector<Layer> a{layer("aten::conv2d", {1, -2, 3}), layer("aten::relu", {1, 0, 3}),
                             layer("aten::mean", {2})};
  const std::vector<Layer> b{layer("aten::quantize_per_tensor", {9, 9, 9, 9}),
                             layer("quantized::conv2d_relu", {1.1f, 0, 2.9f}),
                             layer("aten::mean", {2.1f})};
  std::string text;
  for (const LayerPair& p : align(a, b))
    text += std::to_string(p.a) + ":" + std::to_string(p.b) + " ";
  EXPECT_EQ(text, "-1:0 0:-1 1:1 2:2 ");
}

}  // namespace
}  // namespace tealight::cli

// tealight strip; tests/selective/check.py compares it with tools/model_operators.py and PyTorch's
// reader.
#include "testing.h"

namespace tealight::cli {
namespace {

std::vector<std::string> names_in(const nlohmann::json& told) {
  std::vector<std::string> names;
  for (const auto& o : told["operators"]) names.push_back(o["name"]);
  return names;
}

TEST(Strip, ListsTheOperatorsOfAllModelsOnce) {
  const Printed one = tealight({"strip", kNets + "prepacked.ptl"});
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_EQ(one.out,
            "aten::ne.int\naten::percentFormat\naten::relu\nprepacked::linear_clamp_run\n");
  const auto both =
      tealight({"strip", kNets + "prepacked.ptl", kDemo + "digits.ptl", "--json"}).json();
  const std::vector<std::string> names = names_in(both);
  EXPECT_EQ(std::count(names.begin(), names.end(), "aten::relu"), 1);
  for (const auto& o : both["operators"])
    if (o["name"] == "aten::relu") {
      EXPECT_EQ(o["models"].size(), 2u);
    }
}

TEST(Strip, SaysWhatElseTheModelsNeed) {
  const auto features = [](const std::string& model) {
    return tealight({"strip", model, "--json"}).json()["build_features"].dump();
  };
  EXPECT_EQ(features(kDemo + "digits.ptl"), R"(["zip"])");
  EXPECT_EQ(features(kNets + "net_flat.ptl"), R"(["flatbuffer"])");
  EXPECT_EQ(features(kNets + "net_debug.ptl"), R"(["debug_info","deflate","zip"])");
  EXPECT_EQ(features(kNets + "quantized.ptl"), R"(["classes","quantized_tensors","zip"])");
}

TEST(Strip, WritesWhatTheSelectiveBuildTakes) {
  const std::string out = scratch_folder() + "operators.yaml";
  const Printed p = tealight({"strip", kNets + "prepacked.ptl", "--out", out});
  EXPECT_EQ(p.out, out + ": 4 operators of 1 model\n");
  const std::string text = text_of(out);
  EXPECT_NE(text.find("include_all_operators: false\n"), text.npos);
  EXPECT_NE(text.find("  prepacked::linear_clamp_run:\n    is_root_operator: true\n"), text.npos);
  EXPECT_NE(text.find("custom_classes:\n- __torch__.torch.classes.xnnpack.LinearOpContext\n"),
            text.npos);
}

TEST(Strip, FailsWhereAListCannotBeWritten) {
  EXPECT_EQ(tealight({"strip", kNets + "net.ptl", "--out", "/nonexistent/list.txt"}).status, 1);
  EXPECT_EQ(tealight({"strip"}).status, 2);
}

}  // namespace
}  // namespace tealight::cli

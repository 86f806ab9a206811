// profile and bench.
#include "flame.h"
#include "tealight/module.h"
#include "testing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

json profile(std::vector<std::string> more) {
  std::vector<std::string> args{"profile", kModels + "tiny.ptl", "rand:1,3,16,16", "--runs", "2",
                                "--json"};
  args.insert(args.end(), more.begin(), more.end());
  const Printed p = tealight(args);
  EXPECT_EQ(p.status, 0) << p.err;
  return p.json();
}
const json* row(const json& j, const std::string& name, const char* key = "operator") {
  for (const json& r : j["rows"])
    if (r[key] == name) return &r;
  return nullptr;
}

TEST(Profile, CountsCallsAndAddsUpTimes) {
  const json j = profile({});
  EXPECT_EQ(j["runs"], 2);
  const json* conv = row(j, "aten::conv2d");
  ASSERT_TRUE(conv);
  EXPECT_EQ((*conv)["calls"], 2);
  EXPECT_LE((*conv)["self_ms"], (*conv)["total_ms"]);
  EXPECT_EQ((*conv)["other_modules"], 1);
  EXPECT_HAS((*conv)["module"].get<std::string>(), "features.");
  EXPECT_EQ((*row(j, "aten::linear"))["shapes"],
            json({"float32[1, 4]", "float32[2, 4]", "float32[2]"}));
  double sum = j["interpreter_ms"];
  for (const json& r : j["rows"]) sum += r["self_ms"].get<double>();
  EXPECT_NEAR(sum, j["run_ms"], 1e-6);
}

TEST(Profile, GroupsByModuleShapesAndCall) {
  const json modules = profile({"--by", "module"});
  EXPECT_TRUE(row(modules, "features.3", "module"));
  EXPECT_EQ((*row(modules, "features.3", "module"))["calls"], 1);
  const json calls = profile({"--by", "call"});
  size_t convs = 0;
  for (const json& r : calls["rows"]) convs += r["operator"] == "aten::conv2d";
  EXPECT_EQ(convs, 2u);
  EXPECT_HAS((*row(calls, "aten::conv2d"))["source"].get<std::string>(), "conv.py:");
  EXPECT_EQ(tealight({"profile", kModels + "tiny.ptl", "rand:1", "--by", "colour"}).status, 2);
}

TEST(Profile, PrintsATable) {
  const Printed p =
      tealight({"profile", kModels + "tiny.ptl", "rand:1,3,16,16", "--runs", "1", "--top", "2"});
  EXPECT_EQ(p.status, 0);
  EXPECT_HAS(p.out, "self ms  total ms");
  EXPECT_HAS(p.out, " more)");
  EXPECT_HAS(p.out, "(between operators)");
}

TEST(Profile, WritesAPageThatNeedsNothingElse) {
  const std::string folder = scratch_folder();
  profile({"--html", folder + "flame.html"});
  const std::string page = text_of(folder + "flame.html");
  EXPECT_EQ(page.substr(0, 15), "<!DOCTYPE html>");
  EXPECT_FALSE(contains(page, "http:") || contains(page, "https:") || contains(page, "src="));
  const size_t begin = page.find("const data = ") + 13, end = page.find(";\n", begin);
  const json data = json::parse(page.substr(begin, end - begin));
  EXPECT_FALSE(contains(page.substr(begin, end - begin), "<"));
  EXPECT_EQ(data["model"], kModels + "tiny.ptl");
  ASSERT_GT(data["spans"].size(), 10u);
  const json& first = data["spans"][0];
  EXPECT_EQ(data["strings"][first[0].get<size_t>()], "features");
  EXPECT_EQ(first[1], 1);  // a module
}

TEST(Flame, SpansLieInsideTheirParents) {
  const std::string folder = scratch_folder();
  const Module m = Module::load(kModels + "tiny.ptl");
  Profiler profiler;
  {
    Using watch(profiler);
    m.forward({Tensor(Fact(kFloat, {1, 3, 8, 8}))});
  }
  const std::vector<FlameSpan> spans = flame_spans(profiler);
  std::vector<FlameSpan> open;
  for (const FlameSpan& s : spans) {
    ASSERT_LE(size_t(s.depth), open.size()) << s.label;
    open.resize(size_t(s.depth));
    if (!open.empty()) {
      EXPECT_GE(s.start_us, open.back().start_us);
      EXPECT_LE(s.start_us + s.length_us, open.back().start_us + open.back().length_us + 1e-6);
    }
    open.push_back(s);
  }
  const std::vector<FlameSpan> longest = flame_spans(profiler, 5);
  EXPECT_LE(longest.size(), 5u);  // fewer where some are equally long
  EXPECT_FALSE(longest.empty());
}

TEST(Bench, MeasuresLoadAndRuns) {
  const Printed p = tealight(
      {"bench", kModels + "tiny.ptl", "rand:1,3,8,8", "--runs", "7", "--threads", "1", "--json"});
  ASSERT_EQ(p.status, 0) << p.err;
  const json j = p.json();
  EXPECT_EQ(j["runs"], 7);
  EXPECT_EQ(j["threads"], 1);
  EXPECT_GT(j["load_ms"], 0);
  EXPECT_GT(j["first_ms"], 0);
  EXPECT_LE(j["min_ms"], j["median_ms"]);
  EXPECT_LE(j["median_ms"], j["p90_ms"]);
  EXPECT_GT(j["peak_rss_bytes"], 1 << 20);
  const Printed text =
      tealight({"bench", kModels + "tiny.ptl", "rand:1,3,8,8", "--seconds", "0.01"});
  EXPECT_HAS(text.out, "median_ms");
  EXPECT_HAS(text.out, "peak memory");
}

}  // namespace
}  // namespace tealight::cli

#include "compare.h"
#include "tealight/data/arrays.h"
#include "testing.h"
#include "trees.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

// The recorded calls with one thing changed, beside the recorded arrays.
std::string changed_calls(const std::string& folder, const std::function<void(json&)>& change) {
  for (const auto& file : std::filesystem::directory_iterator(kModels))
    if (file.path().extension() == ".npy")
      std::filesystem::copy(file.path(), folder + file.path().filename().string());
  json calls = json::parse(text_of(kModels + "calls.json"));
  change(calls);
  std::ofstream(folder + "calls.json") << calls;
  return folder + "calls.json";
}

TEST(Replay, AgreesWithPyTorchsRecording) {
  const Printed p = tealight({"replay", kModels + "values.ptl", kModels + "calls.json", "--check"});
  EXPECT_EQ(p.status, 0) << p.out << p.err;
  EXPECT_HAS(p.out, "all 5 calls agree");
  EXPECT_EQ(tealight({"replay", kDemo + "digits.ptl", kDemo + "calls.json", "--check"}).status, 0);
}

TEST(Replay, WritesResultsThatReplayAgain) {
  const std::string folder = scratch_folder();
  ASSERT_EQ(
      tealight({"replay", kModels + "values.ptl", kModels + "calls.json", "--out", folder}).status,
      0);
  const json results = json::parse(text_of(folder + "results.json"));
  ASSERT_EQ(results["calls"].size(), 5u);
  EXPECT_HAS(results["calls"][1]["raises"].get<std::string>(), "the flag is set");
  EXPECT_EQ(results["calls"][3]["result"]["type"], "qtensor");
  EXPECT_EQ(results["calls"][4]["result"]["v"], 4.0);
  const json recorded = json::parse(text_of(kModels + "calls.json"));
  for (const size_t i : {0, 2, 3, 4}) {
    const Difference d = compare(read_tree(results["calls"][i]["result"], folder),
                                 read_tree(recorded["calls"][i]["result"], kModels), Tolerance{});
    EXPECT_TRUE(d.same) << i << d.what;
  }
}

TEST(Replay, ADifferenceIsToldAndEndsWithOne) {
  const std::string folder = scratch_folder();
  const std::string calls = changed_calls(folder, [](json& j) {
    j["calls"][4]["result"]["v"] = 4.25;
    j["calls"][1].erase("raises");
    j["calls"][2]["raises"] = "never";
  });
  const Printed p = tealight({"replay", kModels + "values.ptl", calls, "--check"});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(line_with(p.out, "total"), "differs");
  EXPECT_HAS(line_with(p.out, "total"), "expected 4.25");
  EXPECT_HAS(p.out, "raised the flag is set");
  EXPECT_HAS(p.out, "returned, but an exception was recorded");
  EXPECT_HAS(p.out, "3 of 5 calls differ");
  const Printed j = tealight({"replay", kModels + "values.ptl", calls, "--check", "--json"});
  EXPECT_EQ(j.status, 1);
  EXPECT_EQ(j.json()["failed"], 3);
  EXPECT_EQ(j.json()["calls"][4]["largest_difference"], 0.25);
}

TEST(Replay, KeepsToTheRecordedTolerance) {
  const std::string folder = scratch_folder();
  const auto change = [](double atol) {
    return [atol](json& j) {
      j["tolerance"]["atol"] = atol;
      j["calls"][4]["result"]["v"] = 4.25;
    };
  };
  EXPECT_EQ(
      tealight({"replay", kModels + "values.ptl", changed_calls(folder, change(0.3)), "--check"})
          .status,
      0);
}

TEST(Replay, SaysWhatIsNoRecording) {
  const std::string folder = scratch_folder();
  std::ofstream(folder + "a.json") << "[1]";
  std::ofstream(folder + "b.json") << "no";
  std::ofstream(folder + "c.json") << R"({"calls": [{"method": "total"}]})";
  const auto error = [&](const std::string& file) {
    return tealight({"replay", kModels + "values.ptl", folder + file, "--check"}).err;
  };
  EXPECT_HAS(error("a.json"), "is no recording: JSON with a list \"calls\" is expected");
  EXPECT_HAS(error("b.json"), "this is no JSON");
  EXPECT_HAS(error("c.json"), "call 0 is not as recordings are");
  EXPECT_HAS(error("absent.json"), "cannot be read");
  EXPECT_EQ(tealight({"replay", kModels + "values.ptl", kModels + "calls.json"}).status, 2);
}

TEST(Replay, StateLastsFromCallToCall) {
  // The second call sees what the first left: both are run on one module.
  const std::string folder = scratch_folder();
  std::ofstream(folder + "c.json") << R"({"calls": [
    {"method": "describe", "args": [{"type": "str", "v": "one"}],
     "result": {"type": "tuple", "v": [{"type": "int", "v": 4}, {"type": "list", "v": [{"type": "str", "v": "a"}, {"type": "str", "v": "ü"}]}]}}]})";
  EXPECT_EQ(tealight({"replay", kNets + "net.ptl", folder + "c.json", "--check"}).status, 0);
}

TEST(Compare, StructuresShapesAndNumbers) {
  const auto what = [](const Value& a, const Value& b) {
    return compare(a, b, Tolerance{0.1, 0}).what;
  };
  EXPECT_EQ(what(1.0, 1.05), "");
  EXPECT_EQ(what(int64_t(1), 1.0), "");
  EXPECT_EQ(what(true, int64_t(1)), "result: Bool, expected Int");
  EXPECT_EQ(what("a", "b"), "result: 'a', expected 'b'");
  EXPECT_EQ(what(make_tuple_value({1, 2}), make_tuple_value({1})),
            "result: 2 elements, expected 1");
  EXPECT_EQ(what(make_tuple_value({1, "x"}), make_tuple_value({1, "y"})), "1: 'x', expected 'y'");
  const Tensor a(Fact(kFloat, {2})), b(Fact(kFloat, {3})), c(Fact(kDouble, {2}));
  EXPECT_EQ(what(a, b), "result: shape [2], expected [3]");
  EXPECT_EQ(what(a, c), "result: dtype float32, expected float64");
}

TEST(Compare, DistanceCountsNanAndInfinityAsEqualToThemselves) {
  Tensor a(Fact(kFloat, {4})), b(Fact(kFloat, {4}));
  const float x[] = {NAN, INFINITY, 3, 4}, y[] = {NAN, INFINITY, 3, 2};
  std::copy(x, x + 4, a.as<float>());
  std::copy(y, y + 4, b.as<float>());
  const Distance d = distance(a, b, Tolerance{0.5, 0});
  EXPECT_EQ(d.max_abs, 2);
  EXPECT_EQ(d.max_rel, 1);
  EXPECT_EQ(d.largest, 3);
  EXPECT_EQ(d.outside, 1);
  EXPECT_EQ(d.first, 3);
  EXPECT_NEAR(d.cosine, (9 + 8) / std::sqrt(25 * 13), 1e-12);
  b.as<float>()[0] = 1;
  EXPECT_EQ(distance(a, b, Tolerance{}).max_abs, HUGE_VAL);
  EXPECT_EQ(distance(a, a, Tolerance{}).cosine, 1);
}

TEST(Trees, QuantizedTensorsPerChannelSurvive) {
  const std::string folder = scratch_folder();
  const json j{{"type", "qtensor"},     {"dtype", "qint8"},      {"file", "q.npy"},
               {"scales", {0.5, 0.25}}, {"zero_points", {0, 1}}, {"axis", 0}};
  write_npy(folder + "q.npy", NpyArray{"i1", {2, 3}, std::vector<std::byte>(6, std::byte{5})});
  const Value v = read_tree(j, folder);
  EXPECT_EQ(v.toTensor().quantizer()->scales[1], 0.25);
  const json again = tree_of(v, [](json&, const Tensor&, const std::string&) {});
  EXPECT_EQ(again["zero_points"], json({0, 1}));
  EXPECT_EQ(again["axis"], 0);
}

}  // namespace
}  // namespace tealight::cli

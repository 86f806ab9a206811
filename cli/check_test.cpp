// tealight check: what it finds in the models of tests/golden/edit.py, and what it does not.
#include "testing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

const std::string kEdit = "tests/golden/edit/";

json checked(std::vector<std::string> args) {
  args.insert(args.begin(), "check");
  args.push_back("--json");
  return tealight(args).json();
}
// The finding of that name; null: none.
json finding(const json& report, const std::string& id) {
  for (const json& f : report["findings"])
    if (f["id"] == id) return f;
  return nullptr;
}
json reasons(const json& report, const std::string& release) {
  for (const json& r : report["releases"])
    if (r["release"] == release) return r["reasons"];
  return "no such release";
}

TEST(Check, FindsNothingInSoundModels) {
  for (const std::string& model : {kEdit + "parts.pt", kEdit + "parts.ptl", kEdit + "folded.pt",
                                   kEdit + "batch.pt", kDemo + "digits.ptl"}) {
    const json report = checked({model});
    EXPECT_EQ(report["findings"], json::array()) << model << report;
    EXPECT_EQ(report["ok"], true);
    EXPECT_EQ(tealight({"check", model}).status, 0);
  }
}

TEST(Check, NamesWhatTrainingLeft) {
  const json f = finding(checked({kEdit + "trained.pt"}), "training");
  EXPECT_EQ(f["weight"], "error");
  EXPECT_EQ(f["where"], json({"leaky: aten::rrelu", "norm: aten::batch_norm", "drop: aten::dropout",
                              "instance: aten::instance_norm", "rnn: aten::lstm"}));
  EXPECT_HAS(f["fix"].dump(), "tealight edit IN OUT --eval");
  EXPECT_EQ(tealight({"check", kEdit + "trained.ptl"}).status, 1);
  const std::string repaired = scratch_folder() + "eval.ptl";
  ASSERT_EQ(tealight({"edit", kEdit + "trained.ptl", repaired, "--eval"}).status, 0);
  EXPECT_EQ(checked({repaired})["findings"], json::array());
}

// What torch 1.13 makes of a traced network that was not frozen, and of a frozen one.
TEST(Check, FindsLostBiasesOfBatchNorms) {
  const json likely = finding(checked({kEdit + "spoiled.ptl"}), "batch_norm");
  EXPECT_EQ(likely["certain"], false);
  EXPECT_HAS(likely["what"].dump(), "3 of 3 convolutions have no bias, in a model that was traced");
  const json certain =
      finding(checked({kEdit + "spoiled.ptl", "--original", kEdit + "folded.pt"}), "batch_norm");
  EXPECT_EQ(certain["certain"], true);
  EXPECT_EQ(certain["weight"], "error");
  EXPECT_EQ(certain["where"].size(), 3u);
  EXPECT_HAS(certain["where"].dump(), "convolution 0: bias lost, weight [4, 3, 3, 3]");
  EXPECT_TRUE(finding(checked({kEdit + "sound.ptl"}), "batch_norm").is_null());
  EXPECT_TRUE(
      finding(checked({kEdit + "sound.ptl", "--original", kEdit + "folded.pt"}), "batch_norm")
          .is_null());
  // And ours: optimized from the trace it is sound.
  const std::string ours = scratch_folder() + "ours.ptl";
  ASSERT_EQ(tealight({"optimize", kEdit + "folded.pt", ours, "--for-mobile"}).status, 0);
  EXPECT_TRUE(finding(checked({ours, "--original", kEdit + "folded.pt"}), "batch_norm").is_null());
}

TEST(Check, FindsBakedBatchSizes) {
  const std::string any = scratch_folder() + "any.pt";
  EXPECT_HAS(finding(checked({kEdit + "batch.pt", "rand:1,3,8,8"}), "batch")["fix"].dump(),
             "--batch N");
  ASSERT_EQ(tealight({"edit", kEdit + "batch.pt", any, "rand:1,3,8,8", "--batch", "2"}).status, 0);
  EXPECT_EQ(checked({any, "rand:1,3,8,8"})["findings"], json::array());
  EXPECT_EQ(checked({kEdit + "parts.pt", "rand:2,3,8,8"})["findings"], json::array());
  EXPECT_EQ(finding(checked({kEdit + "parts.pt", "rand:2,5,8,8"}), "run")["weight"], "error");
}

TEST(Check, TellsWhichReleasesFail) {
  const json v8 = checked({kNets + "net.ptl"});
  EXPECT_EQ(reasons(v8, "1.8"), json({"bytecode version 8, it reads 3 to 4"}));
  EXPECT_EQ(reasons(v8, "1.10"), json({"bytecode version 8, it reads 3 to 7"}));
  EXPECT_EQ(reasons(v8, "1.13"), json::array());
  EXPECT_EQ(reasons(checked({kNets + "net_v4.ptl"}), "1.8"), json::array());
  const json trace = checked({kEdit + "folded.pt"});
  EXPECT_EQ(reasons(trace, "1.6"), json({"aten::_convolution with 13 arguments, it takes 12"}));
  EXPECT_EQ(reasons(trace, "1.7"), json::array());
  EXPECT_EQ(tealight({"check", kNets + "net.ptl", "--for", "1.10"}).status, 1);
  EXPECT_EQ(tealight({"check", kNets + "net.ptl", "--for", "1.13"}).status, 0);
  EXPECT_EQ(tealight({"check", kNets + "net.ptl", "--for", "0.4"}).status, 2);
  EXPECT_HAS(tealight({"check", kNets + "net.ptl"}).out,
             "  1.10        fails: bytecode version 8, it reads 3 to 7\n");
}

TEST(Check, NotesWhatNotEveryBuildHas) {
  EXPECT_EQ(finding(checked({kEdit + "sound.ptl"}), "xnnpack")["weight"], "note");
  EXPECT_EQ(finding(checked({kNets + "quantized.ptl"}), "quantized")["weight"], "note");
}

}  // namespace
}  // namespace tealight::cli

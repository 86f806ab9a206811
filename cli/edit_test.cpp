// tealight edit: the changed models give what PyTorch gives for the changed networks
// (tests/golden/edit.py).
#include "compare.h"
#include "inputs.h"
#include "testing.h"

namespace tealight::cli {
namespace {

const std::string kEdit = "tests/golden/edit/";

// Runs the model on an array and compares one of its results with a golden one.
void expect_gives(const std::string& model, const std::string& input, const std::string& result,
                  const std::string& golden) {
  const std::string out = model + "_out/";
  std::vector<std::string> args{"run", model, kEdit + input + ".npy", "--out", out};
  const Printed p = tealight(args);
  ASSERT_EQ(p.status, 0) << p.err;
  const auto read = [](const std::string& path) { return parse_input(path, nullptr, {}); };
  const Difference d = compare(read(out + result + ".npy"), read(kEdit + golden + ".npy"), {});
  EXPECT_TRUE(d.same) << model << " " << golden << ": " << d.what;
}

const std::vector<std::string> kNormalize{
    "--bytes", "--scale",           "1/255",    "--mean", "0.485,0.456,0.406",
    "--std",   "0.229,0.224,0.225", "--resize", "10x12"};

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Edit, BakesInWhatIsDoneToPicturesAndResults) {
  const std::string folder = scratch_folder();
  for (const std::string in : {"parts.pt", "parts.ptl"})
    for (const std::string out : {"new.pt", "new.ptl", "new.ff.ptl"}) {
      const Printed p = tealight(joined({"edit", kEdit + in, folder + out, kEdit + "picture.npy",
                                         "--rename", "x=image", "--softmax", "1.second"},
                                        kNormalize));
      ASSERT_EQ(p.status, 0) << p.err;
      EXPECT_HAS(p.out, "input x is now called image");
      EXPECT_HAS(p.err, "checked, largest difference");
      expect_gives(folder + out, "picture", "0", "picture_first");
      expect_gives(folder + out, "picture", "1.second", "picture_second");
      EXPECT_HAS(tealight({"info", folder + out}).out, "forward(Tensor image)");
    }
}

TEST(Edit, SelectsOutputs) {
  const std::string out = scratch_folder() + "new.ptl";
  const auto select = [&](const std::string& names, const std::vector<std::string>& more = {}) {
    const Printed p = tealight(joined(
        joined({"edit", kEdit + "parts.pt", out, kEdit + "picture.npy", "--outputs", names}, more),
        kNormalize));
    ASSERT_EQ(p.status, 0) << p.err;
  };
  select("0", {"--argmax"});
  expect_gives(out, "picture", "out", "picture_argmax");
  select("1.second", {"--softmax"});
  expect_gives(out, "picture", "out", "picture_second");
  select("1.features,1.second,0");
  expect_gives(out, "picture", "2", "picture_first");
}

TEST(Edit, LeavesOutWhatOnlyOtherOutputsNeed) {
  const std::string out = scratch_folder() + "new.ptl";
  ASSERT_EQ(tealight({"edit", kEdit + "parts.pt", out, "--outputs", "1.second"}).status, 0);
  const auto operators = tealight({"info", out, "--json"}).json()["operators"];
  size_t layers = 0;
  for (const auto& o : operators)
    if (o["name"] == "aten::linear") layers += o["uses"].get<size_t>();
  EXPECT_EQ(layers, 1u);
  EXPECT_FALSE(contains(operators.dump(), "getitem"));
}

TEST(Edit, FreesTheBatchSize) {
  const std::string folder = scratch_folder();
  for (const std::string kind : {".pt", ".ptl"}) {
    const std::string out = folder + "any" + kind, frozen = folder + "frozen" + kind;
    Printed p = tealight({"edit", kEdit + "batch" + kind, out, "rand:1,3,8,8", "--batch", "5"});
    ASSERT_EQ(p.status, 0) << p.err;
    EXPECT_HAS(p.out, "aten::zeros to [2, batch (was 1), 5]\n");
    EXPECT_HAS(p.out, "aten::expand to [batch (was 1), -1, -1]\n");
    EXPECT_HAS(p.out, "aten::view to [batch (was 2), 5]\n");
    expect_gives(out, "batch", "out", "batch_result");
    // Frozen, what was made for the batch is constant.
    ASSERT_EQ(tealight({"optimize", kEdit + "batch" + kind, frozen}).status, 0);
    p = tealight({"edit", frozen, out, "rand:1,3,8,8", "--batch", "5"});
    ASSERT_EQ(p.status, 0) << p.err;
    EXPECT_HAS(p.out, "aten::cat: what was for a batch of 1, for any\n");
    expect_gives(out, "batch", "out", "batch_result");
  }
}

TEST(Edit, RepairsWhatTrainingLeft) {
  const std::string folder = scratch_folder();
  for (const std::string kind : {".pt", ".ptl"}) {
    const std::string out = folder + "eval" + kind;
    const Printed p =
        tealight({"edit", kEdit + "trained" + kind, out, kEdit + "trained.npy", "--eval"});
    ASSERT_EQ(p.status, 0) << p.err;
    for (const char* layer : {"norm: aten::batch_norm", "instance: aten::instance_norm",
                              "aten::dropout", "aten::rrelu", "aten::lstm"})
      EXPECT_HAS(p.out, std::string(layer) + " no longer trains\n");
    EXPECT_HAS(p.out, "norm: aten::add_ no longer counts\n");
    expect_gives(out, "trained", "out", "trained_result");
  }
}

TEST(Edit, StripsDebugRecords) {
  const std::string folder = scratch_folder();
  ASSERT_EQ(
      tealight({"edit", kNets + "net_debug.ptl", folder + "kept.ptl", "--rename", "x=y"}).status,
      0);
  EXPECT_EQ(tealight({"info", folder + "kept.ptl", "--json"}).json()["debug_records"], true);
  ASSERT_EQ(
      tealight({"edit", kNets + "net_debug.ptl", folder + "bare.ptl", "--strip-debug"}).status, 0);
  EXPECT_EQ(tealight({"info", folder + "bare.ptl", "--json"}).json()["debug_records"], false);
}

TEST(Edit, KeepsOtherMethodsAndFiles) {
  const std::string out = scratch_folder() + "new.ptl";
  ASSERT_EQ(tealight({"edit", kNets + "net_extra.ptl", out, "--sigmoid", "--extra",
                      "names.txt=README.md"})
                .status,
            0);
  const auto j = tealight({"info", out, "--json"}).json();
  EXPECT_EQ(j["methods"].size(),
            tealight({"info", kNets + "net_extra.ptl", "--json"}).json()["methods"].size());
  EXPECT_TRUE(j["extra_files"].contains("labels.txt") && j["extra_files"].contains("names.txt"));
}

// Bundled inputs are the check where there are some, and go when the model takes others.
TEST(Edit, ChecksWithBundledInputs) {
  const std::string out = scratch_folder() + "new.ptl";
  const auto edit = [&](std::vector<std::string> args) {
    const auto j = tealight(joined({"edit", kModels + "bundled.ptl", out, "--json"}, args)).json();
    EXPECT_EQ(j["checked"], true);
    return tealight({"info", out, "--json"}).json()["bundled_inputs"];
  };
  EXPECT_EQ(edit({"--sigmoid"}), 2);
  EXPECT_EQ(edit({"--mean", "0.5"}), 0);
}

TEST(Edit, SaysWhatIsWrong) {
  const std::string out = scratch_folder() + "new.ptl";
  const auto wrong = [&](std::vector<std::string> more, const char* says) {
    const Printed p = tealight(joined({"edit", kEdit + "parts.pt", out}, more));
    EXPECT_NE(p.status, 0);
    EXPECT_HAS(p.err, says);
    EXPECT_FALSE(std::filesystem::exists(out));
  };
  wrong({}, "nothing to change");
  wrong({"--rename", "y=z"}, "'forward' has no input 'y'\n  fix: one of x");
  wrong({"--rename", "x=self"}, "'self' cannot be the name of an input");
  wrong({"--mean", "1,2", "--std", "1,2,3"}, "mean has 2 numbers and std 3");
  wrong({"--std", "0"}, "std 0 would divide by zero");
  wrong({"--resize", "7"}, "write 224x224");
  wrong({"--resize", "7x7", "--resize-mode", "area"}, "one of nearest, bilinear, bicubic");
  wrong({"--outputs", "2"}, "there is no output '2'");
  wrong({"--softmax", "1"}, "the output '1' is Dict[str, Tensor], not a tensor");
  wrong({"--batch", "4"}, "give an INPUT for each argument");
  wrong({"--method", "none", "--sigmoid"}, "no method 'none'");
}

}  // namespace
}  // namespace tealight::cli

// tealight convert: files that this library reads again with the same results; tests/convert
// compares with PyTorch.
#include "testing.h"

namespace tealight::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kShared = "../shared/";
const std::vector<std::vector<std::string>> kForms = {
    {"8.ptl"},
    {"7.ptl", "--bytecode-version", "7"},
    {"6.ptl", "--bytecode-version", "6"},
    {"5.ptl", "--bytecode-version", "5"},
    {"4.ptl", "--bytecode-version", "4"},
    {"9.ff.ptl"},
};

Printed convert(const std::string& in, const std::string& out, std::vector<std::string> how = {}) {
  how.insert(how.begin(), {"convert", in, out});
  return tealight(how);
}

// Every form of the model, written from it and from its other forms.
void expect_same_results(const std::string& model, const std::string& calls) {
  const std::string folder = scratch_folder();
  std::string previous = model;
  for (const auto& form : kForms) {
    const std::vector<std::string> how(form.begin() + 1, form.end());
    for (const std::string& from : {model, previous}) {
      const std::string out = folder + form[0];
      const Printed p = convert(from, out, how);
      ASSERT_EQ(p.status, 0) << from << " to " << form[0] << ": " << p.err;
      const Printed r = tealight({"replay", out, calls, "--check"});
      ASSERT_EQ(r.status, 0) << from << " to " << form[0] << "\n" << r.out << r.err;
    }
    previous = folder + form[0];
  }
}

void expect_same_results_below(const std::string& folder) {
  if (!fs::exists(kShared + folder)) GTEST_SKIP() << kShared + folder << " is not there";
  size_t models = 0;
  for (const auto& file : fs::recursive_directory_iterator(kShared + folder)) {
    const std::string name = file.path().filename().string();
    if (name != "case.json" && name != "meta.json") continue;
    for (const auto& model : fs::directory_iterator(file.path().parent_path())) {
      if (model.path().extension() != ".ptl") continue;
      const std::string path = model.path().string(), calls = file.path().string();
      if (tealight({"replay", path, calls, "--check"}).status != 0) continue;  // as its writer
      expect_same_results(path, calls);
      ++models;
    }
  }
  EXPECT_GT(models, 0u);
}

// The other versions: tests/convert/with_pytorch.py.
TEST(Convert, KeepsResultsOfTheModelsOfApps) { expect_same_results_below("models"); }
TEST(Convert, KeepsResultsOfOldVersions) {
  for (const char* version : {"1.5.1", "1.8.1"})
    expect_same_results_below(std::string("models_by_version/") + version);
}
TEST(Convert, KeepsResultsOfLaterVersions) {
  for (const char* version : {"1.10.2"})
    expect_same_results_below(std::string("models_by_version/") + version);
}
TEST(Convert, KeepsResultsOfNewVersions) {
  for (const char* version : {"1.13.1", "2.15.0"})
    expect_same_results_below(std::string("models_by_version/") + version);
}
TEST(Convert, KeepsResultsOfTheDemo) {
  expect_same_results(kDemo + "digits.ptl", kDemo + "calls.json");
}

std::string bytes_of(const std::string& in, const std::string& out,
                     const std::vector<std::string>& how) {
  EXPECT_EQ(convert(in, out, how).status, 0);
  return text_of(out);
}

TEST(Convert, LosesNothingTheSecondTime) {
  const std::string folder = scratch_folder();
  for (const auto& net : fs::directory_iterator(kNets)) {
    if (net.path().extension() != ".ptl") continue;
    for (const auto& form : kForms) {
      std::vector<std::string> how(form.begin() + 1, form.end());
      how.push_back("--debug-info");
      const std::string once = bytes_of(net.path().string(), folder + form[0], how);
      fs::create_directories(folder + "again");
      const std::string twice = bytes_of(folder + form[0], folder + "again/" + form[0], how);
      EXPECT_TRUE(once == twice) << net.path() << " " << form[0];
    }
  }
}

TEST(Convert, KeepsWhatLiesBesideTheModel) {
  const std::string folder = scratch_folder();
  std::ofstream(folder + "note") << "hello";
  for (const char* out : {"a.ptl", "a.ff.ptl"}) {
    const Printed p = convert(kNets + "net_extra.ptl", folder + out,
                              {"--extra", "notes/a.txt=" + folder + "note", "--json"});
    ASSERT_EQ(p.status, 0) << p.err;
    EXPECT_EQ(p.json()["out"], folder + out);
    const json before = tealight({"info", kNets + "net_extra.ptl", "--json"}).json()["extra_files"];
    json after = tealight({"info", folder + out, "--json"}).json()["extra_files"];
    EXPECT_TRUE(after.contains("notes/a.txt")) << after;
    after.erase("notes/a.txt");
    EXPECT_EQ(after, before);
  }
}

TEST(Convert, HalvesWeights) {
  const std::string folder = scratch_folder();
  for (const char* out : {"a.ptl", "a.ff.ptl"}) {
    ASSERT_EQ(convert(kDemo + "digits.ptl", folder + out, {"--half"}).status, 0);
    EXPECT_LT(fs::file_size(folder + out), fs::file_size(kDemo + "digits.ptl") * 7 / 10);
    const Printed p =
        tealight({"run", kDemo + "digits.ptl", "rand:1,1,32,32", "--out", folder + "x"});
    ASSERT_EQ(p.status, 0) << p.err;
    ASSERT_EQ(tealight({"run", folder + out, "rand:1,1,32,32", "--out", folder + "y"}).status, 0);
    const Printed d = tealight({"diff", folder + "x", folder + "y", "--atol", "0.05"});
    EXPECT_EQ(d.status, 0) << d.out;
  }
}

TEST(Convert, WritesStateDicts) {
  const std::string folder = scratch_folder();
  ASSERT_EQ(convert(kNets + "net.ptl", folder + "a.pth").status, 0);
  ASSERT_EQ(convert(folder + "a.pth", folder + "b.pth").status, 0);
  EXPECT_EQ(convert(folder + "a.pth", folder + "c.pth", {"--json"}).json()["form"], "state dict");
  EXPECT_EQ(fs::file_size(folder + "a.pth"), fs::file_size(folder + "b.pth"));
  EXPECT_HAS(convert(kNets + "prepacked.ptl", folder + "d.pth").err, "no tensors");
}

TEST(Convert, SaysWhatIsWrong) {
  const std::string folder = scratch_folder(), net = kNets + "net.ptl";
  EXPECT_EQ(convert(net, folder + "a.onnx").status, 2);
  EXPECT_EQ(convert(net, folder + "a.ptl", {"--bytecode-version", "3"}).status, 2);
  EXPECT_EQ(convert(net, folder + "a.ptl", {"--extra", "name"}).status, 2);
  EXPECT_HAS(convert(net, folder + "none/a.ptl").err, "fix: make the folder");
  EXPECT_HAS(convert(folder + "none.ptl", folder + "a.ptl").err, "cannot open");
  EXPECT_HAS(convert(net, folder + "a.ptl", {"--extra", "x=" + folder + "none"}).err,
             "cannot read");
  EXPECT_TRUE(fs::is_empty(folder));
}

}  // namespace
}  // namespace tealight::cli

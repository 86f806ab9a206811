// tealight optimize: what it writes runs and gives the same.
#include "testing.h"

namespace tealight::cli {
namespace {

TEST(Optimize, WritesModelsThatGiveTheSame) {
  const std::string folder = scratch_folder();
  for (const std::string name : {"fast.ptl", "phone.ptl", "fast.ff.ptl"}) {
    std::vector<std::string> args{"optimize", kDemo + "digits.ptl", folder + name};
    if (name == "phone.ptl") args.push_back("--for-mobile");
    const Printed p = tealight(args);
    ASSERT_EQ(p.status, 0) << p.err;
    EXPECT_HAS(p.err, "operators became");
    EXPECT_EQ(tealight({"replay", folder + name, kDemo + "calls.json", "--check"}).status, 0)
        << name;
  }
}

TEST(Optimize, PacksForPhonesWhatIsNotBlocked) {
  const std::string out = scratch_folder() + "out.ptl";
  const std::vector<std::string> args{"optimize", kDemo + "digits.ptl", out, "--for-mobile",
                                      "--json"};
  EXPECT_HAS(tealight(args).json()["after"].dump(), "prepacked::");
  auto blocked = args;
  blocked.insert(blocked.end(), {"--blocklist", "INSERT_FOLD_PREPACK_OPS,FUSE_ADD_RELU"});
  EXPECT_FALSE(contains(tealight(blocked).json()["after"].dump(), "prepacked::"));
}

TEST(Optimize, SaysWhatIsWrong) {
  const std::string out = scratch_folder() + "out.ptl";
  const auto wrong = [&](std::vector<std::string> more, const char* says) {
    std::vector<std::string> args{"optimize", kDemo + "digits.ptl", out};
    args.insert(args.end(), more.begin(), more.end());
    const Printed p = tealight(args);
    EXPECT_NE(p.status, 0);
    EXPECT_HAS(p.err, says);
  };
  wrong({"--for-mobile", "--blocklist", "NO_SUCH"}, "CONV_BN_FUSION");
  wrong({"--for-mobile", "--preserve", "nope"}, "do not exist in script_module: nope");
  wrong({"--for-mobile", "--backend", "cuda"}, "must be one of 'CPU', 'Vulkan' or 'Metal'");
  EXPECT_EQ(tealight({"optimize", kDemo + "digits.ptl", "out.onnx"}).status, 2);
}

}  // namespace
}  // namespace tealight::cli

// How the command line as a whole behaves: names, help, wrong usage.
#include "testing.h"

namespace tealight::cli {
namespace {

const std::vector<std::string> kCommands{"run",        "replay",   "info",  "classify", "detect",
                                         "segment",    "stylize",  "bench", "profile",  "diff",
                                         "convert",    "optimize", "edit",  "check",    "ops",
                                         "completion", "collect",  "play"};

TEST(Command, EveryCommandHelpsWithExamplesAndExitStatus) {
  const Printed whole = tealight({"--help"});
  EXPECT_EQ(whole.status, 0);
  for (const std::string& name : kCommands) {
    EXPECT_HAS(whole.out, "  " + name + " ");
    const Printed help = tealight({name, "--help"});
    EXPECT_EQ(help.status, 0) << name;
    EXPECT_HAS(help.out, "Examples:\n  ");
    EXPECT_HAS(help.out, "tealight " + name);
    EXPECT_HAS(help.out, "Exit status: 0 done, 1 failed or different, 2 wrong usage");
  }
}

TEST(Command, EveryCommandIsInTheDocs) {
  const std::string docs = text_of("docs/command.md");
  for (const std::string& name : kCommands) EXPECT_HAS(docs, "\n## " + name + "\n");
}

TEST(Command, TellsItsVersion) {
  const Printed p = tealight({"--version"});
  EXPECT_EQ(p.status, 0);
  EXPECT_EQ(p.out.substr(0, 9), "tealight ");
}

TEST(Command, WrongUsageEndsWithTwoAndSaysWhatToDo) {
  const auto wrong = [](const std::vector<std::string>& args, const std::string& says) {
    const Printed p = tealight(args);
    EXPECT_EQ(p.status, 2) << p.err;
    EXPECT_EQ(p.out, "");
    EXPECT_HAS(p.err, says);
    EXPECT_HAS(p.err, "fix: ");
  };
  wrong({}, "A subcommand is required");
  wrong({"rum"}, "there is no command 'rum'");
  wrong({"run"}, "MODEL is required");
  wrong({"info"}, "MODEL is required");
  wrong({"run", kModels + "values.ptl", "--frob"}, "--frob");
  wrong({"bench", kModels + "tiny.ptl", "--threads", "-1"}, "--threads");
  wrong({"run", kModels + "tiny.ptl", "x.png", "--size", "3y"}, "'3y' is no size");
  wrong({"completion", "cmd"}, "cmd");
}

TEST(Command, FailuresEndWithOne) {
  const Printed absent = tealight({"run", "absent.ptl"});
  EXPECT_EQ(absent.status, 1);
  EXPECT_HAS(absent.err, "cannot open 'absent.ptl'");
  const Printed other = tealight({"run", "README.md"});
  EXPECT_EQ(other.status, 1);
  EXPECT_HAS(other.err, "is a text, not a PyTorch Mobile model");
}

}  // namespace
}  // namespace tealight::cli

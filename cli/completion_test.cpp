#include <cstdio>

#include "testing.h"

namespace tealight::cli {
namespace {

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) out += char(c);
  pclose(pipe);
  return out;
}
bool installed(const std::string& shell) { return !output_of("command -v " + shell).empty(); }

std::string script(const std::string& shell) {
  const std::string folder = scratch_folder();
  const Printed p = tealight({"completion", shell});
  EXPECT_EQ(p.status, 0);
  std::ofstream(folder + "script") << p.out;
  return folder + "script";
}

// What bash offers for the last of these words.
std::string bash_offers(const std::string& file, const std::string& words) {
  return output_of(
      "bash -c 'source " + file + "; COMP_WORDS=(" + words +
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tealight; echo \"${COMPREPLY[@]}\"'");
}

TEST(Completion, BashOffersCommandsOptionsChoicesAndFiles) {
  if (!installed("bash")) GTEST_SKIP() << "bash is not installed";
  const std::string file = script("bash");
  EXPECT_EQ(bash_offers(file, "tealight re"), "replay\n");
  EXPECT_EQ(bash_offers(file, "tealight run --pre"), "--precision --preset\n");
  EXPECT_EQ(bash_offers(file, "tealight run m.ptl --preset i"), "imagenet\n");
  EXPECT_EQ(bash_offers(file, "tealight run m.ptl --layout n"), "nchw nhwc\n");
  EXPECT_EQ(bash_offers(file, "tealight classify m.ptl --labels kin"), "kinetics400\n");
  EXPECT_EQ(bash_offers(file, "tealight classify m.ptl --labels READ"), "README.md\n");
  EXPECT_EQ(bash_offers(file, "tealight info READ"), "README.md\n");
  EXPECT_EQ(bash_offers(file, "tealight run m.ptl --out exam"), "examples\n");
  EXPECT_EQ(bash_offers(file, "tealight completion z"), "zsh\n");
  EXPECT_EQ(bash_offers(file, "tealight run m.ptl --threads R"), "\n");
}

TEST(Completion, FishOffersCommandsOptionsAndChoices) {
  if (!installed("fish")) GTEST_SKIP() << "fish is not installed";
  const std::string file = script("fish");
  const auto offers = [&](const std::string& line) {
    return output_of("fish -c 'source " + file + "; complete -C \"" + line + "\"'");
  };
  EXPECT_HAS(offers("tealight prof"), "profile\tShow which operators");
  EXPECT_HAS(offers("tealight run --pre"), "--preset");
  EXPECT_EQ(offers("tealight run --preset yo"), "yolov5\tsets all of these\n");
}

TEST(Completion, ZshReadsItsScript) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const std::string file = script("zsh");
  EXPECT_EQ(output_of("zsh -fc 'autoload -Uz compinit; compinit -D -u; source " + file +
                      " && echo $_comps[tealight]' 2>&1"),
            "_tealight\n");
}

TEST(Completion, KnowsEveryOptionOfEveryCommand) {
  CLI::App app("", "tealight");
  build_app(app);
  const std::string zsh = tealight({"completion", "zsh"}).out,
                    bash = tealight({"completion", "bash"}).out;
  size_t options = 0;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    for (const CLI::Option* o : sub->get_options())
      for (const std::string& name : o->get_lnames()) {
        EXPECT_HAS(zsh, "'--" + name + "[");
        EXPECT_HAS(bash, "--" + name);
        ++options;
      }
  EXPECT_GT(options, 100u);
}

}  // namespace
}  // namespace tealight::cli

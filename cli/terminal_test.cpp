#include "terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

namespace tealight::cli {
namespace {

// What the command prints on a terminal (a pseudo one).
std::string on_terminal(const std::vector<std::string>& args, const char* term,
                        const char* no_color) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return "no terminal";
  const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  const int kept[] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
  fflush(stdout);
  dup2(slave, STDOUT_FILENO);
  dup2(slave, STDERR_FILENO);
  setenv("TERM", term, 1);
  no_color ? setenv("NO_COLOR", no_color, 1) : unsetenv("NO_COLOR");
  run_command(args);
  std::cout.flush();
  dup2(kept[0], STDOUT_FILENO);
  dup2(kept[1], STDERR_FILENO);
  fcntl(master, F_SETFL, O_NONBLOCK);
  std::string out(1 << 16, '\0');
  const ssize_t n = read(master, out.data(), out.size());
  out.resize(n > 0 ? size_t(n) : 0);
  for (const int fd : {kept[0], kept[1], slave, master}) close(fd);
  return out;
}

TEST(Terminal, ColoursOnlyWhereTheyShow) {
  const std::vector<std::string> info{"info", kModels + "tiny.ptl"};
  const std::string shown = on_terminal(info, "xterm", nullptr);
  if (shown == "no terminal") GTEST_SKIP() << "no pseudo terminals here";
  EXPECT_HAS(shown, "\033[32mall");
  EXPECT_HAS(on_terminal(info, "xterm", ""), "\033[");
  EXPECT_FALSE(contains(on_terminal(info, "xterm", "1"), "\033["));
  EXPECT_FALSE(contains(on_terminal(info, "dumb", nullptr), "\033["));
  EXPECT_FALSE(contains(tealight(info).out, "\033["));
}

TEST(Terminal, ProgressOnlyOnATerminal) {
  const std::vector<std::string> replay{"replay", kModels + "values.ptl", kModels + "calls.json",
                                        "--check"};
  const std::string shown = on_terminal(replay, "xterm", nullptr);
  if (shown == "no terminal") GTEST_SKIP() << "no pseudo terminals here";
  EXPECT_HAS(shown, "call 2 of 5");
  EXPECT_EQ(tealight(replay).err, "");
}

TEST(Table, AlignsAndLeavesOutEmptyColumns) {
  Table t({">n", "<name", "<none", "<"});
  t.add({"1", "ä", "", "x"});
  t.add({"20", "bcd"});
  EXPECT_EQ(t.text(),
            " n  name\n"
            " 1  ä     x\n"
            "20  bcd\n");
  Table untitled({"<", ">"});
  untitled.add({"a", "1"});
  EXPECT_EQ(untitled.text(), "a  1\n");
}

TEST(Text, WidthAndShortening) {
  EXPECT_EQ(width("\033[1mäb\033[0m"), 2u);
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(shortened("äöüäöüä", 6), "äöü...");
}

}  // namespace
}  // namespace tealight::cli

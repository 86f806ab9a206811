#include "data/terminal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace tealight {
namespace {

TEST(Terminal, ShowsTwoPixelsInACharacter) {
  Image image{1, 2, 3, {255, 0, 0, 0, 0, 255}};
  EXPECT_EQ(render_for_terminal(image), "\x1b[38;2;255;0;0;48;2;0;0;255m\xe2\x96\x80\x1b[0m\n");
  EXPECT_EQ(render_for_terminal(image, {.colors = TerminalColors::palette256}),
            "\x1b[38;5;196;48;5;21m\xe2\x96\x80\x1b[0m\n");
}

TEST(Terminal, SendsRepeatedColoursOnce) {
  std::string line =
      render_for_terminal(make_image(3, 2, 3, 128), {.colors = TerminalColors::palette256});
  EXPECT_EQ(line, "\x1b[38;5;244;48;5;244m\xe2\x96\x80\xe2\x96\x80\xe2\x96\x80\x1b[0m\n");
}

TEST(Terminal, LeavesTheGroundBelowAnOddLastRow) {
  EXPECT_EQ(render_for_terminal(make_image(1, 1, 1, 255)),
            "\x1b[38;2;255;255;255;49m\xe2\x96\x80\x1b[0m\n");
}

TEST(Terminal, ShadesWithoutColours) {
  Image image{4, 2, 1, {255, 128, 0, 255, 255, 128, 0, 0}};
  EXPECT_EQ(render_for_terminal(image, {.colors = TerminalColors::none}), "@+ +\n");
}

TEST(Terminal, BlendsAlphaOntoBlack) {
  Image image{1, 2, 4, {255, 255, 255, 0, 200, 100, 50, 128}};
  EXPECT_EQ(render_for_terminal(image), "\x1b[38;2;0;0;0;48;2;100;50;25m\xe2\x96\x80\x1b[0m\n");
}

TEST(Terminal, FitsIntoTheColumnsAndRows) {
  for (auto [width, height] : {std::pair{1000, 10}, {10, 1000}, {640, 480}}) {
    for (auto colors : {TerminalColors::none, TerminalColors::truecolor}) {
      std::string text = render_for_terminal(make_image(width, height, 3, 255), {20, 10, colors});
      EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 10);
      std::string line = text.substr(0, text.find('\n'));
      auto characters = colors == TerminalColors::none
                            ? line.size()
                            : std::count(line.begin(), line.end(), '\xe2');
      EXPECT_LE(static_cast<int>(characters), 20);
      EXPECT_GT(static_cast<int>(characters), 0);
    }
  }
  EXPECT_THROW(render_for_terminal(make_image(1, 1, 1), {0, 1}), Error);
}

TEST(Terminal, AsksTheEnvironment) {
  setenv("TERM", "xterm-256color", 1);
  setenv("COLORTERM", "truecolor", 1);
  unsetenv("NO_COLOR");
  EXPECT_EQ(terminal_colors_of_environment(), TerminalColors::truecolor);
  unsetenv("COLORTERM");
  EXPECT_EQ(terminal_colors_of_environment(), TerminalColors::palette256);
  setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(terminal_colors_of_environment(), TerminalColors::none);
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_EQ(terminal_colors_of_environment(), TerminalColors::none);
}

}  // namespace
}  // namespace tealight

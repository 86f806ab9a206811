// Pictures of a plan's arena over time.
#include <algorithm>

#include "graph/drawing.h"
#include "plans.h"
#include "terminal.h"

namespace tealight::cli {

using planning::ArenaBlock;
using planning::Plan;

namespace {

std::string described(const ArenaBlock& b) {
  return str(b.name, ", ", bytes_text(b.bytes), " at ", b.offset, ", steps ", b.first, " to ",
             b.last);
}

std::string summary_of(const Plan& plan) {
  return str(counted(plan.blocks.size(), "block"), ", ", counted(plan.steps.size(), "step"),
             ", arena ", bytes_text(plan.arena_bytes), ", no less than ",
             bytes_text(planning::arena_lower_bound(plan.blocks)));
}

}  // namespace

std::string arena_svg(const Plan& plan, const std::string& title) {
  constexpr double kWidth = 960, kHeight = 480, kTop = 56, kMargin = 16;
  const double step = kWidth / double(std::max<size_t>(plan.steps.size(), 1));
  const double byte = kHeight / double(std::max<size_t>(plan.arena_bytes, 1));
  std::string svg = str(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", kWidth + 2 * kMargin, " ",
      kHeight + kTop + kMargin,
      "\">\n<style>text{font:12px sans-serif;fill:#222}rect{stroke:#fff;stroke-width:.5}"
      "rect:hover{fill:#e67e22}.page{fill:#fafafa;stroke:none}"
      "@media(prefers-color-scheme:dark){text{fill:#ddd}.page{fill:#1b1b1b}rect{stroke:#1b1b1b}}"
      "</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n<text x=\"",
      kMargin, "\" y=\"24\" font-weight=\"bold\">", ir::svg_text(title), "</text>\n<text x=\"",
      kMargin, "\" y=\"44\">", ir::svg_text(summary_of(plan)), "</text>\n");
  for (size_t i = 0; i < plan.blocks.size(); ++i) {
    const ArenaBlock& b = plan.blocks[i];
    const double x = kMargin + double(b.first) * step, width = double(b.last - b.first + 1) * step;
    const double height = double(b.bytes) * byte;
    const double y = kTop + kHeight - double(b.offset) * byte - height;
    const std::string fill =
        b.name == "scratch" ? "#b0b0b0" : str("hsl(", i * 47 % 360, ",45%,55%)");
    svg += str("<rect x=\"", fixed(x, 2), "\" y=\"", fixed(y, 2), "\" width=\"", fixed(width, 2),
               "\" height=\"", fixed(height, 2), "\" fill=\"", fill, "\"><title>",
               ir::svg_text(described(b)), "</title></rect>\n");
    if (width > 7. * double(b.name.size()) && height > 14)
      svg += str("<text x=\"", fixed(x + 3, 2), "\" y=\"", fixed(y + 12, 2),
                 "\" pointer-events=\"none\">", ir::svg_text(b.name), "</text>\n");
  }
  return svg + "</svg>\n";
}

std::string arena_text(const Plan& plan, size_t columns) {
  constexpr size_t kRows = 16;
  static constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const size_t steps = plan.steps.size(), width = std::min(steps, std::max<size_t>(columns, 20));
  if (plan.blocks.empty()) return "no arena\n";
  std::vector<std::string> rows(kRows, std::string(width, '.'));
  const double per_row = double(plan.arena_bytes) / kRows,
               per_column = double(steps) / double(width);
  for (size_t i = 0; i < plan.blocks.size(); ++i) {
    const ArenaBlock& b = plan.blocks[i];
    const char letter = b.name == "scratch" ? '#' : kLetters[i % kLetters.size()];
    // A cell shows what lies at its middle.
    for (size_t r = 0; r < kRows; ++r)
      for (size_t c = 0; c < width; ++c) {
        const double at = (double(r) + .5) * per_row, step = (double(c) + .5) * per_column;
        if (double(b.offset) <= at && at < double(b.offset + b.bytes) && double(b.first) <= step &&
            step < double(b.last + 1))
          rows[r][c] = letter;
      }
  }
  std::string text;
  for (size_t r = kRows; r-- > 0;) text += "  " + rows[r] + "\n";
  std::vector<size_t> largest(plan.blocks.size());
  for (size_t i = 0; i < largest.size(); ++i) largest[i] = i;
  std::stable_sort(largest.begin(), largest.end(),
                   [&](size_t a, size_t b) { return plan.blocks[a].bytes > plan.blocks[b].bytes; });
  for (size_t i : std::span(largest).first(std::min<size_t>(largest.size(), 5))) {
    const ArenaBlock& b = plan.blocks[i];
    text += str("  ", b.name == "scratch" ? '#' : kLetters[i % kLetters.size()], "  ", described(b),
                "\n");
  }
  return text + "  " + dim(summary_of(plan)) + "\n";
}

}  // namespace tealight::cli

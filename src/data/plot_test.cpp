#include "tealight/data/plot.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tealight {
namespace {

Tensor row(const std::vector<double>& v) {
  Tensor t(Fact(kDouble, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.as<double>());
  return t;
}
size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Plot, DrawsLinesPointsAndNames) {
  Plot plot("Loss < 1 & falling", "epoch", "loss");
  plot.line("training", row({1, 2, 3}), row({0.9, 0.5, 0.1}));
  plot.points("best", row({3}), row({0.1}));
  const std::string svg = plot.svg();
  EXPECT_NE(svg.find("Loss &lt; 1 &amp; falling"), svg.npos);
  EXPECT_EQ(count(svg, "<circle"), 1u);
  for (const char* tick : {">0.2<", ">0.8<", ">epoch<", ">training<", ">best<"})
    EXPECT_NE(svg.find(tick), svg.npos) << tick;
  // The first number is at the left, the largest value at the top.
  EXPECT_NE(svg.find("M64.0 "), svg.npos);
}

TEST(Plot, LeavesGapsWhereNothingIsFinite) {
  const double nan = std::nan("");
  const std::string svg = Plot("t").line("a", row({0, 1, 2, 3}), row({1, nan, 3, nan})).svg();
  EXPECT_EQ(count(svg, "stroke=\"#1f77b4\""), 2u);
  EXPECT_EQ(svg.find("nan"), svg.npos);
  EXPECT_EQ(Plot("empty").svg().find("nan"), std::string::npos);
}

TEST(Plot, PicturesShowWhatTheSvgShows) {
  const Image picture = Plot("t", "x", "y").line("a", row({0, 1}), row({1, 0})).picture(2);
  EXPECT_EQ(picture.width, 1280);
  EXPECT_EQ(picture.height, 800);
  const auto pixel = [&](int x, int y) {
    const uint8_t* p = picture.row(y) + 3 * x;
    return std::vector<int>(p, p + 3);
  };
  const std::vector<int> white(3, 255), blue = {0x1f, 0x77, 0xb4}, gray(3, 0xdd);
  EXPECT_EQ(pixel(2 * 344, 2 * 194), blue);   // half way down
  EXPECT_EQ(pixel(2 * 344, 2 * 100), white);  // above it
  EXPECT_EQ(pixel(2 * 64, 2 * 300), gray);    // the axis
}

TEST(Plot, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Plot("t").line("a", row({1, 2}), row({1})), Error);
  EXPECT_THROW(Plot("t").save("x.tif"), Error);
}

}  // namespace
}  // namespace tealight

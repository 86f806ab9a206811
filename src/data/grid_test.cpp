// Against torchvision's results (tests/golden/grid.py).
#include "tealight/data/grid.h"

#include <gtest/gtest.h>

#include "tealight/data/arrays.h"
#include "tealight/data/decode.h"
#include "tealight/tealight.h"

namespace tealight {
namespace {

TEST(MakeGrid, IsTorchvisions) {
  const NamedArrays golden = load_npz("tests/golden/grid.npz");
  const Tensor rgb = array_of(golden, "source_rgb"), gray = array_of(golden, "source_gray");
  const std::vector<std::pair<std::string, Tensor>> results = {
      {"rgb", make_grid(rgb)},
      {"rows", make_grid(rgb.unbind(0), {.nrow = 2, .padding = 1, .pad_value = 0.5})},
      {"gray", make_grid(gray, {.nrow = 2, .padding = 0})},
      {"normalized", make_grid(rgb, {.nrow = 3, .normalize = true, .pad_value = 1})},
      {"range", make_grid(rgb, {.normalize = true, .value_range = std::pair(-1.0, 0.5)})},
      {"each", make_grid(gray, {.normalize = true, .scale_each = true})},
      {"one", make_grid(gray.select(0, 0))},
      {"plane", make_grid(gray.select(0, 0).select(0, 0))},
      {"bytes", make_grid(rgb.abs().mul(50).to(kByte), {.nrow = 4, .pad_value = 9})},
  };
  for (const auto& [name, result] : results) {
    const Tensor expected = array_of(golden, name);
    EXPECT_EQ(result.scalar_type(), expected.scalar_type()) << name;
    ASSERT_EQ(result.sizes(), expected.sizes()) << name;
    EXPECT_LE((result.to(kFloat) - expected.to(kFloat)).abs().max().item().toDouble(), 1e-6)
        << name;
  }
}

TEST(MakeGrid, LeavesItsArgumentAsItIsAndRefusesNoPictures) {
  const Tensor pictures = rand({2, 3, 4, 4}), before = pictures.clone();
  make_grid(pictures, {.normalize = true});
  EXPECT_TRUE(pictures.equal(before));
  EXPECT_THROW(make_grid(empty({0, 3, 4, 4})), Error);
  EXPECT_THROW(make_grid(std::vector<Tensor>{}), Error);
  EXPECT_THROW(make_grid(pictures, {.nrow = 0}), Error);
  EXPECT_THROW(make_grid(rand({7})), Error);
}

TEST(SaveImage, RoundsAsTorchvisionDoes) {
  const auto file = std::filesystem::temp_directory_path() / "tealight_save_image.png";
  save_image(tensor({{0.0f, 0.499f / 255, 0.501f / 255, 2.0f}}), file);
  const Image image = read_image(file);
  EXPECT_EQ(std::vector<uint8_t>(image.pixels.begin(), image.pixels.end()),
            (std::vector<uint8_t>{0, 0, 0, 0, 0, 0, 1, 1, 1, 255, 255, 255}));
}

}  // namespace
}  // namespace tealight

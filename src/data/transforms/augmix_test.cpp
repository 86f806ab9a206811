// AugMix draws from another stream than torchvision's does, so its statistics are compared: of 3000
// pictures that torchvision 0.14 mixed from the one below.
#include <gtest/gtest.h>

#include <cmath>

#include "tealight/data/transforms.h"

namespace tealight::transforms {
namespace {

Image pattern() {
  Image image = make_image(32, 24, 3);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 32; ++x) {
      uint8_t* p = image.row(y) + 3 * x;
      p[0] = uint8_t(8 * x), p[1] = uint8_t(10 * y), p[2] = uint8_t(4 * (x + y) + 60);
    }
  return image;
}

struct Statistics {
  double change, change_deviation, brightness, brightness_deviation;
};
Statistics statistics_of(const AugMix& mix) {
  constexpr int kPictures = 2000;
  const Image before = pattern();
  const RandomScope scope(1);
  double sums[4] = {};
  for (int i = 0; i < kPictures; ++i) {
    const Image after = mix(before).image();
    double change = 0, brightness = 0;
    for (size_t k = 0; k < after.pixels.size(); ++k) {
      change += std::abs(int(after.pixels[k]) - int(before.pixels[k]));
      brightness += after.pixels[k];
    }
    change /= double(after.pixels.size()), brightness /= double(after.pixels.size());
    sums[0] += change, sums[1] += change * change;
    sums[2] += brightness, sums[3] += brightness * brightness;
  }
  for (double& s : sums) s /= kPictures;
  return {sums[0], std::sqrt(sums[1] - sums[0] * sums[0]), sums[2],
          std::sqrt(sums[3] - sums[2] * sums[2])};
}

void expect_like(const AugMix& mix, const Statistics& torchvision) {
  const Statistics ours = statistics_of(mix);
  EXPECT_NEAR(ours.change, torchvision.change, 0.09 * torchvision.change);
  EXPECT_NEAR(ours.change_deviation, torchvision.change_deviation,
              0.09 * torchvision.change_deviation);
  EXPECT_NEAR(ours.brightness, torchvision.brightness, 0.09 * torchvision.change);
  EXPECT_NEAR(ours.brightness_deviation, torchvision.brightness_deviation,
              0.12 * torchvision.brightness_deviation);
}

TEST(AugMix, ChangesPicturesAsMuchAsTorchvision) {
  expect_like(AugMix(), {7.340, 7.786, 132.171, 7.200});
  expect_like(AugMix(9, 2, 2, 0.5), {19.422, 19.713, 124.740, 18.860});
  expect_like(AugMix(3, 3, -1, 4, /*all_ops=*/false), {8.441, 6.352, 131.967, 6.217});
}

TEST(AugMix, SaysWhatItCannotDo) {
  EXPECT_THROW(AugMix(11), Error);
  EXPECT_THROW(AugMix(0), Error);
  EXPECT_THROW(AugMix(3, 0), Error);
  EXPECT_THROW(AugMix(3, 3, -1, 0), Error);
}

}  // namespace
}  // namespace tealight::transforms

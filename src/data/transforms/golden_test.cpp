// Every transform against torchvision's result from the same seed (tests/golden/transforms.py).
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>

#include "tealight/data/arrays.h"
#include "tealight/data/transforms.h"
#include "tealight/ops.h"

namespace tealight::transforms {
namespace F = functional;
namespace {

Lambda on_image(std::function<Image(const Image&)> f) {
  return Lambda([f](Picture p) { return f(p.image()); });
}

const Normalize kNormalize({0.485, 0.456, 0.406}, {0.229, 0.224, 0.225});

std::map<std::string, Transform> fixed_transforms() {
  using enum Filter;
  using I = const Image&;
  return {
      {"crop_beyond", on_image([](I i) { return F::crop(i, -3, 20, 12, 15); })},
      {"pad_fill", Pad({1, 2, 3, 4}, 77)},
      {"pad_edge", Pad({5, 6}, {}, PaddingMode::edge)},
      {"pad_reflect", Pad({5, 6}, {}, PaddingMode::reflect)},
      {"pad_symmetric", Pad({5, 6}, {}, PaddingMode::symmetric)},
      {"rotate_nearest", on_image([](I i) { return F::rotate(i, 33.3, nearest, false, {}, 9); })},
      {"rotate_bilinear", on_image([](I i) { return F::rotate(i, -71.5, bilinear, true); })},
      {"rotate_bicubic",
       on_image([](I i) { return F::rotate(i, 12, bicubic, false, F::Point{3, 4}, 200); })},
      {"rotate_90", on_image([](I i) { return F::rotate(i, 90, nearest, true); })},
      {"rotate_180", on_image([](I i) { return F::rotate(i, 180); })},
      {"affine_nearest", on_image([](I i) { return F::affine(i, 10, {2, -3}, 1.2, {5, -8}); })},
      {"affine_scaled",
       on_image([](I i) { return F::affine(i, 0, {2, -3}, 0.7, {0, 0}, nearest, 30); })},
      {"affine_bilinear",
       on_image([](I i) { return F::affine(i, -20, {0, 1}, 0.8, {12, 0}, bilinear, 30); })},
      {"affine_bicubic",
       on_image([](I i) { return F::affine(i, 140, {0, 1}, 1.5, {0, 30}, bicubic); })},
      {"brightness", on_image([](I i) { return F::adjust_brightness(i, 1.7); })},
      {"brightness_less", on_image([](I i) { return F::adjust_brightness(i, 0.33); })},
      {"contrast", on_image([](I i) { return F::adjust_contrast(i, 0.4); })},
      {"contrast_more", on_image([](I i) { return F::adjust_contrast(i, 2.5); })},
      {"saturation", on_image([](I i) { return F::adjust_saturation(i, 1.9); })},
      {"saturation_less", on_image([](I i) { return F::adjust_saturation(i, 0.2); })},
      {"hue", on_image([](I i) { return F::adjust_hue(i, 0.21); })},
      {"hue_back", on_image([](I i) { return F::adjust_hue(i, -0.4); })},
      {"gamma", on_image([](I i) { return F::adjust_gamma(i, 0.7, 1.1); })},
      {"sharpness", on_image([](I i) { return F::adjust_sharpness(i, 3); })},
      {"smooth", on_image([](I i) { return F::adjust_sharpness(i, 0.1); })},
      {"grayscale", Grayscale(3)},
      {"invert", on_image(F::invert)},
      {"posterize", on_image([](I i) { return F::posterize(i, 3); })},
      {"solarize", on_image([](I i) { return F::solarize(i, 100); })},
      {"autocontrast", on_image(F::autocontrast)},
      {"equalize", on_image(F::equalize)},
      {"blur", on_image([](I i) { return F::gaussian_blur(i, {5, 9}, {1.3, 0.8}); })},
      {"Resize", Resize(24)},
      {"Resize_max", Resize(24, bilinear, 25)},
      {"CenterCrop", CenterCrop({10, 40})},
      {"ToTensor", Compose({ToTensor(), Normalize({0.5}, {0.25})})},
      {"ConvertImageDtype", Compose({PILToTensor(), ConvertImageDtype(kShort)})},
  };
}

std::map<std::string, Transform> random_transforms() {
  using enum Filter;
  AffineOptions moved, sheared;
  moved.translate = {0.1, 0.3}, moved.scale = {0.5, 1.5}, moved.shear = {20};
  sheared.shear = {-10, 10, -5, 30}, sheared.interpolation = bilinear, sheared.fill = 7;
  using Policy = AutoAugmentPolicy;
  return {
      {"RandomCrop", RandomCrop({12, 9})},
      {"RandomCrop_padded", RandomCrop(25, 3, true, 50)},
      {"RandomResizedCrop", RandomResizedCrop(16)},
      {"RandomResizedCrop_wide", RandomResizedCrop({9, 20}, {0.5, 1}, {4, 5}, bicubic)},
      {"RandomHorizontalFlip", RandomHorizontalFlip()},
      {"RandomVerticalFlip", RandomVerticalFlip()},
      {"ColorJitter", ColorJitter(0.4, 0.4, 0.4, 0.1)},
      {"ColorJitter_some", ColorJitter(Range{0.5, 2}, 0.0, 0.0, 0.5)},
      {"RandomGrayscale", RandomGrayscale(0.5)},
      {"RandomRotation", RandomRotation(45.0, bilinear)},
      {"RandomAffine", RandomAffine(Range{-30, 60}, moved)},
      {"RandomAffine_shear", RandomAffine(10.0, sheared)},
      {"RandomPerspective", RandomPerspective()},
      {"GaussianBlur", GaussianBlur(7)},
      {"RandomInvert", RandomInvert()},
      {"RandomPosterize", RandomPosterize(2)},
      {"RandomSolarize", RandomSolarize(90.5)},
      {"RandomAdjustSharpness", RandomAdjustSharpness(2.5)},
      {"RandomAutocontrast", RandomAutocontrast()},
      {"RandomEqualize", RandomEqualize()},
      {"AutoAugment_imagenet", AutoAugment()},
      {"AutoAugment_cifar10", AutoAugment(Policy::cifar10, bilinear, 128)},
      {"AutoAugment_svhn", AutoAugment(Policy::svhn)},
      {"RandAugment", RandAugment()},
      {"RandAugment_weak", RandAugment(3, 5, 10, bilinear)},
      {"TrivialAugmentWide", TrivialAugmentWide()},
      {"RandomErasing", Compose({ToTensor(), RandomErasing()})},
      {"RandomErasing_noise",
       Compose({ToTensor(), RandomErasing(0.9, {0.02, 0.33}, {0.3, 3.3}, {})})},
      {"RandomApply", RandomApply({RandomCrop(10), Grayscale(3)}, 0.6)},
      {"training", Compose({RandomResizedCrop(20), RandomHorizontalFlip(),
                            ColorJitter(0.2, 0.2, 0.2), ToTensor(), kNormalize})},
  };
}

Image image_of(const Tensor& pixels) {
  Image image = make_image(static_cast<int>(pixels.size(1)), static_cast<int>(pixels.size(0)),
                           static_cast<int>(pixels.size(2)));
  std::memcpy(image.pixels.data(), pixels.const_data_ptr<uint8_t>(), image.pixels.size());
  return image;
}

Tensor array_of(const Picture& picture) {
  if (!picture.is_image()) return picture.tensor();
  return F::pil_to_tensor(picture.image()).permute({1, 2, 0});
}

// How many elements may differ, of a thousand, by one level: where PyTorch's order of sums or
// single-precision equations decide.
double allowed(const std::string& name) {
  if (name == "blur" || name == "GaussianBlur") return 5;
  if (name == "RandomPerspective") return 30;
  return 0;
}

void expect_close(const std::string& key, const std::string& name, const Tensor& got,
                  const Tensor& expected) {
  ASSERT_EQ(got.sizes(), expected.sizes()) << key;
  ASSERT_EQ(got.scalar_type(), expected.scalar_type()) << key;
  Tensor difference = got.to(kDouble).sub(expected.to(kDouble)).abs();
  double tolerance = got.is_floating_point() ? 2e-6 : 0;  // normal numbers: logarithms, cosines
  double wrong = difference.gt(tolerance).to(kDouble).mean().item<double>() * 1000;
  EXPECT_LE(wrong, allowed(name)) << key << ": worst " << difference.max().item<double>();
  if (name != "RandomPerspective") {
    EXPECT_LE(difference.max().item<double>(), allowed(name) > 0 ? 1 : tolerance) << key;
  }
}

size_t compare(const std::filesystem::path& file) {
  NamedArrays arrays = load_npz(file);
  std::map<std::string, Transform> transforms = fixed_transforms();
  transforms.merge(random_transforms());
  std::map<std::string, size_t> seen;
  for (const auto& [key, expected] : arrays) {
    if (key.starts_with("source/")) continue;
    size_t at = key.find('@'), hash = key.find('#');
    std::string name = key.substr(0, at);
    auto found = transforms.find(name);
    EXPECT_NE(found, transforms.end()) << name;
    if (found == transforms.end()) continue;
    Image source = image_of(array_of(arrays, "source/" + key.substr(at + 1, hash - at - 1)));
    Random random(std::stoull(key.substr(hash + 1)));
    expect_close(key, name, array_of(found->second(source, random)), expected);
    ++seen[name];
  }
  EXPECT_EQ(seen.size(), transforms.size());
  return arrays.size();
}

TEST(Transforms, EqualTorchvisionFromTheSameSeed) {
  EXPECT_GT(compare("tests/golden/transforms.npz"), 300u);
}

TEST(Transforms, EqualTorchvisionLive) {
  if (std::system("/usr/bin/python3 -c 'import torchvision' 2>/dev/null") != 0)
    GTEST_SKIP() << "torchvision cannot be imported";
  auto file = std::filesystem::temp_directory_path() / "tealight_transforms_live.npz";
  std::string command = "/usr/bin/python3 tests/golden/transforms.py --seeds 40 " + file.string();
  ASSERT_EQ(std::system((command + " > /dev/null").c_str()), 0);
  EXPECT_GT(compare(file), 2000u);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tealight::transforms

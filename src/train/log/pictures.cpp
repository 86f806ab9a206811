#include "train/log/pictures.h"

#include <algorithm>

#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight::train {
namespace {

// The dimensions that `order` names, in that order: "HWC" of a tensor that lies as "CHW".
Tensor reordered(const Tensor& t, const std::string& names, const std::string& order) {
  std::vector<int64_t> dims;
  for (const char letter : order) {
    const size_t at = names.find(letter);
    TL_CHECK(at != std::string::npos, "add_image: dataformats '", names, "' lacks ", letter,
             "; it is CHW, HWC, HW, NCHW or NHWC");
    dims.push_back(int64_t(at));
  }
  return permute(t, dims);
}

Tensor as_bytes(const Tensor& t) {
  if (t.scalar_type() == kByte) return t;
  return clamp(t.to(kFloat).mul(255), 0, 255).to(kByte);
}

}  // namespace

Tensor tiled(const Tensor& pictures, int64_t columns, int64_t rows) {
  const int64_t n = pictures.size(0), c = pictures.size(1), h = pictures.size(2),
                w = pictures.size(3);
  TL_CHECK(n > 0, "no pictures to show");
  Tensor canvas = zeros({c, h * rows, w * columns}, pictures.options());
  for (int64_t i = 0; i < std::min(n, rows * columns); ++i)
    canvas.narrow(1, i / columns * h, h).narrow(2, i % columns * w, w).copy_(pictures.select(0, i));
  return canvas;
}

Image picture_of(const Tensor& given, const std::string& dataformats) {
  NoGradGuard no_grad;
  Tensor t = given;
  TL_CHECK(t.dim() == int64_t(dataformats.size()), "add_image: a tensor of sizes ", t.sizes(),
           " does not lie as '", dataformats, "' says; pass the right dataformats");
  std::string names = dataformats;
  if (names.find('N') != std::string::npos) {
    t = reordered(t, names, "NCHW");
    const int64_t columns = std::min<int64_t>(t.size(0), 8);
    t = tiled(t, columns, (t.size(0) + columns - 1) / std::max<int64_t>(columns, 1));
    names = "CHW";
  } else if (names.size() == 2) {
    t = t.unsqueeze(2);
    names += 'C';
  }
  t = as_bytes(reordered(t, names, "HWC")).contiguous();
  const int64_t channels = t.size(2);
  TL_CHECK(channels == 1 || channels == 3 || channels == 4, "add_image: ", channels,
           " channels; a picture has 1, 3 or 4");
  Image image = make_image(int(t.size(1)), int(t.size(0)), int(channels));
  std::copy_n(t.const_data_ptr<uint8_t>(), image.pixels.size(), image.pixels.begin());
  return image;
}

}  // namespace tealight::train

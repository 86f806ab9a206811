// OpenCV where it is installed; else the little of it that lesson 35 uses, by Tealight's own
// codecs.
#pragma once
#if __has_include(<opencv2/imgcodecs.hpp>)
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

namespace lesson {
constexpr const char* kMatLibrary = "OpenCV " CV_VERSION;
}
#else
#include <tealight/data.h>

#include <memory>

namespace lesson {
constexpr const char* kMatLibrary = "a stand-in, for OpenCV is not installed";
}

namespace cv {

struct Rect {
  int x, y, width, height;
  Rect(int x, int y, int width, int height) : x(x), y(y), width(width), height(height) {}
};

/// A handle on pixels that copies share.
class Mat {
 public:
  Mat() = default;
  Mat(int rows, int cols, int type)
      : rows(rows),
        cols(cols),
        step(size_t(cols) * size_t(type / 8 + 1)),
        type_(type),
        owned_(std::make_shared<std::vector<uint8_t> >(size_t(rows) * step)) {
    data = owned_->data();
  }
  Mat(int rows, int cols, int type, void* memory, size_t step)
      : rows(rows), cols(cols), step(step), data(static_cast<uint8_t*>(memory)), type_(type) {}
  int type() const { return type_; }
  int channels() const { return type_ / 8 + 1; }
  Mat operator()(const Rect& r) const {
    Mat part = *this;
    part.rows = r.height;
    part.cols = r.width;
    part.data += size_t(r.y) * step + size_t(r.x * channels());
    return part;
  }
  int rows = 0, cols = 0;
  size_t step = 0;
  uint8_t* data = nullptr;

 private:
  int type_ = 0;
  std::shared_ptr<std::vector<uint8_t> > owned_;
};

inline void copy_swapped(const uint8_t* from, uint8_t* to, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to[i / 3 * 3 + 2 - i % 3] = from[i];
}

inline Mat imread(const std::string& file) {
  const tealight::Image image = tealight::read_image(file);
  Mat mat(image.height, image.width, 16);
  copy_swapped(image.pixels.data(), mat.data, image.pixels.size());
  return mat;
}

inline bool imwrite(const std::string& file, const Mat& mat) {
  tealight::Image image = tealight::make_image(mat.cols, mat.rows, 3);
  copy_swapped(mat.data, image.pixels.data(), image.pixels.size());
  tealight::write_image(file, image);
  return true;
}

}  // namespace cv
#endif

// opencv.h by a stand-in with cv::Mat's members: OpenCV itself is not needed. Lesson 35 uses the
// real one.
#include "tealight/opencv.h"

#include <gtest/gtest.h>

#include "tealight/tealight.h"

namespace tealight::opencv {
namespace {

constexpr int kBytes3 = 16, kBytes1 = 0, kFloat3 = 21, kShort1 = 2;  // CV_8UC3 ...

// What opencv.h asks of a Mat, as cv::Mat has it: a handle whose copies share the pixels.
struct Mat {
  int rows = 0, cols = 0;
  size_t step = 0;
  uint8_t* data = nullptr;
  Mat() = default;
  Mat(int r, int c, int type) : rows(r), cols(c), type_(type) {
    step = size_t(c * channels()) * (type % 8 == 5 ? 4 : 1);
    owned_ = std::make_shared<std::vector<uint8_t>>(size_t(r) * step);
    data = owned_->data();
  }
  Mat(int r, int c, int type, void* memory, size_t bytes)
      : rows(r), cols(c), step(bytes), data(static_cast<uint8_t*>(memory)), type_(type) {}
  int type() const { return type_; }
  int channels() const { return type_ / 8 + 1; }
  long users() const { return owned_.use_count(); }
  Mat region(int top, int left, int height, int width) const {
    Mat part = *this;
    part.rows = height;
    part.cols = width;
    part.data += size_t(top) * step + size_t(left * channels());
    return part;
  }

 private:
  int type_ = 0;
  std::shared_ptr<std::vector<uint8_t>> owned_;
};

Mat counting(int rows, int cols, int type = kBytes3) {
  Mat mat(rows, cols, type);
  for (size_t i = 0; i < size_t(rows) * mat.step; ++i) mat.data[i] = uint8_t(i);
  return mat;
}

TEST(OpenCv, TensorsShareThePixelsAndKeepThemAlive) {
  Mat mat = counting(2, 3);
  Tensor t = tensor_of(mat);
  EXPECT_EQ(t.sizes(), (std::vector<int64_t>{2, 3, 3}));
  EXPECT_EQ(t.data_ptr(), mat.data);
  EXPECT_EQ(mat.users(), 2);
  mat.data[4] = 200;
  EXPECT_EQ(t[0][1][1].item().toInt(), 200);
  mat = Mat();
  EXPECT_EQ(t[1][2][2].item().toInt(), 17);  // still there
  mat = counting(1, 1);
  t = tensor_of(mat);
  t = Tensor();
  EXPECT_EQ(mat.users(), 1);
}

TEST(OpenCv, RegionsAreStrided) {
  const Mat part = counting(4, 5).region(1, 2, 2, 3);
  const Tensor t = tensor_of(part);
  EXPECT_EQ(t.strides(), (std::vector<int64_t>{15, 3, 1}));
  EXPECT_EQ(t[0][0][0].item().toInt(), 21);
  EXPECT_EQ(t[1][2][2].item().toInt(), 44);
  const Mat again = mat_of<Mat>(t);
  EXPECT_EQ(again.data, part.data);
  EXPECT_EQ(again.step, part.step);
}

TEST(OpenCv, TheOrderOfColoursIsSaid) {
  const Mat mat = counting(1, 1);  // 0, 1, 2
  EXPECT_TRUE(to_chw(mat, rgb).flatten().mul(255).round().equal(tensor({0.f, 1.f, 2.f})));
  EXPECT_TRUE(to_chw(mat, bgr).flatten().mul(255).round().equal(tensor({2.f, 1.f, 0.f})));
  EXPECT_EQ(image_of(mat, bgr).pixels, (std::vector<uint8_t>{2, 1, 0}));
  EXPECT_EQ(image_of(mat, rgb).pixels, (std::vector<uint8_t>{0, 1, 2}));
  const Mat with_alpha = counting(1, 1, 24);
  EXPECT_EQ(image_of(with_alpha, bgr).pixels, (std::vector<uint8_t>{2, 1, 0, 3}));
  EXPECT_EQ(image_of(counting(1, 2, kBytes1), bgr).pixels, (std::vector<uint8_t>{0, 1}));
}

TEST(OpenCv, ThereAndBack) {
  for (const ColorOrder order : {bgr, rgb}) {
    const Mat mat = counting(5, 4), back = to_mat<Mat>(to_chw(mat, order), order);
    EXPECT_EQ(back.type(), kBytes3);
    EXPECT_NE(back.data, mat.data);
    EXPECT_TRUE(tensor_of(back).equal(tensor_of(mat)));
  }
  Tensor floats = rand({3, 2, 3});
  const Mat view = mat_of<Mat>(floats);
  EXPECT_EQ(view.type(), kFloat3);
  EXPECT_TRUE(tensor_of(view).equal(floats));
}

TEST(OpenCv, SaysWhatItDoesNotTake) {
  EXPECT_THROW(tensor_of(Mat()), Error);  // imread of a file that is not there
  EXPECT_THROW(tensor_of(Mat(1, 1, kShort1)), Error);
  EXPECT_THROW(mat_of<Mat>(rand({3, 4, 5}).permute({1, 2, 0})), Error);
  EXPECT_THROW(mat_of<Mat>(zeros({2, 2}, kLong)), Error);
  EXPECT_THROW(to_mat<Mat>(rand({2, 2}), bgr), Error);
  EXPECT_THROW(image_of(mat_of<Mat>(rand({2, 2, 3})), bgr), Error);
}

}  // namespace
}  // namespace tealight::opencv

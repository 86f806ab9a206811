// Pictures of OpenCV: in and out, without a copy, and with the order of colours said.
#include <tealight/data.h>
#include <tealight/opencv.h>
#include <torch/torch.h>

#include "common/mat.h"  // <opencv2/opencv.hpp>, or what stands for it where that is not installed
#include "common/shapes.h"

using lesson::check;
namespace ocv = tealight::opencv;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  std::mt19937 random(0);
  const auto drawn = lesson::draw_shapes(
      96, 64, {{0, 30, 30, 18, {230, 180, 30}}, {1, 70, 34, 14, {40, 90, 220}}}, random);
  tealight::write_png(run.file("bee.png"), drawn);
  std::cout << "pictures by " << lesson::kMatLibrary << "\n";

  cv::Mat bgr = cv::imread(run.file("bee.png"));
  auto hwc = torch::from_blob(bgr.data, {bgr.rows, bgr.cols, 3}, torch::kByte);  // no copy
  auto x = tealight::normalize(hwc.flip({2}).permute({2, 0, 1}).to(torch::kFloat) / 255,
                               tealight::imagenet_norm())
               .unsqueeze(0);
  const auto pixels = tealight::io::read_image(run.file("bee.png"));  // red first
  check(x.sizes() == torch::IntArrayRef({1, 3, 64, 96}) &&
            lesson::difference(x[0], tealight::normalize(pixels, tealight::imagenet_norm())) < 1e-6,
        "blue comes first in a Mat of imread's; flipped, it is the picture");

  // The same by tealight/opencv.h, which keeps the pixels alive and knows of rows that lie apart.
  auto shared = ocv::tensor_of(bgr);
  check(shared.data_ptr() == bgr.data && torch::equal(shared, hwc),
        "the tensor is the Mat's memory");
  const torch::Tensor before = shared.clone();
  shared[5][7][0] = 255 - shared[5][7][0].item<int>();
  check(bgr.data[5 * 96 * 3 + 7 * 3] == shared[5][7][0].item<int>(), "a write is seen in both");
  shared.copy_(before);
  cv::Mat part = bgr(cv::Rect(16, 8, 32, 40));
  check(torch::equal(ocv::tensor_of(part), hwc.slice(0, 8, 48).slice(1, 16, 48)),
        "a region is a strided tensor, without a copy either");
  check(lesson::difference(ocv::to_chw(bgr, ocv::bgr), pixels.to(torch::kFloat) / 255) < 1e-6,
        "to_chw is red first, whatever the Mat has");

  // And back: a tensor's memory as a Mat, and a picture that OpenCV writes.
  torch::Tensor result = 1 - ocv::to_chw(bgr, ocv::bgr);
  cv::Mat negative = ocv::to_mat<cv::Mat>(result, ocv::bgr);
  check(cv::imwrite(run.file("negative.png"), negative), "OpenCV writes it");
  check(torch::equal(tealight::io::read_image(run.file("negative.png")), 255 - pixels),
        "the file's colours are in the right order");
  torch::Tensor plane = torch::zeros({8, 8});
  cv::Mat view = ocv::mat_of<cv::Mat>(plane);
  plane[3][4] = 1;
  check(reinterpret_cast<float*>(view.data)[3 * 8 + 4] == 1, "a Mat on a tensor's memory");
  lesson::save_for_twin(run, {}, {{"x", x}, {"negative", 255 - pixels}});
}

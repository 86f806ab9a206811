#include "train/transfer/preparation.h"

#include <algorithm>
#include <functional>

#include "tealight/data/decode.h"
#include "tealight/data/geometry.h"
#include "tealight/data/preprocess.h"
#include "tealight/data/random.h"
#include "tealight/data/transforms.h"
#include "tealight/ops.h"
#include "tealight/threads.h"

namespace tealight::train {

Image augmented(const Image& picture, int size, const Augmentation& a) {
  namespace T = transforms;
  Random random(mix_seed(a.seed, a.picture, a.view));
  const T::Picture part = T::RandomResizedCrop(size, {0.25, 1.0})(picture, random);
  return T::RandomHorizontalFlip()(part, random);
}

Image central(const Image& picture, int size) {
  return center_crop(resize_shortest_side(picture, size), size, size);
}

Tensor batch_of(const std::vector<Image>& pictures) {
  TL_ASSERT(!pictures.empty());
  const int64_t n = int64_t(pictures.size()), side = pictures[0].width;
  Tensor batch = empty({n, 3, side, side}, kFloat);
  float* to = batch.data_ptr<float>();
  static const Normalization normalization = imagenet_norm();
  parallel_for_pieces(0, n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const std::vector<float> floats = to_floats(pictures[size_t(i)], normalization);
      std::copy(floats.begin(), floats.end(), to + i * 3 * side * side);
    }
  });
  return batch;
}

std::vector<Image> load(const std::vector<data::LabelledPicture>& pictures,
                        const std::vector<size_t>& indices,
                        const std::function<Image(const Image&, size_t)>& prepare) {
  std::vector<Image> out(indices.size());
  parallel_for_pieces(0, int64_t(indices.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const size_t index = indices[size_t(i)];
      out[size_t(i)] = prepare(read_image(pictures[index].path), index);
    }
  });
  return out;
}

}  // namespace tealight::train

// See image_folder.h.
#include "tealight/data/image_folder.h"

#include <numeric>

#include "data/datasets/picture_folder.h"
#include "tealight/data/datasets.h"

namespace tealight::data {
namespace {

PictureFiles files(const std::vector<LabelledPicture>& pictures,
                   const std::vector<transforms::Transform>& steps, uint64_t seed) {
  std::vector<std::pair<std::filesystem::path, int64_t>> samples;
  for (const LabelledPicture& p : pictures) samples.emplace_back(p.path, p.label);
  std::optional<transforms::Transform> transform;
  if (!steps.empty()) transform = transforms::Compose(steps);
  return PictureFiles(std::move(samples), std::move(transform), {.seed = seed});
}

Pipeline<size_t> numbers(size_t n) {
  std::vector<size_t> all(n);
  std::iota(all.begin(), all.end(), size_t{0});
  return from_list(std::move(all));
}

Pipeline<Example> batches(const Pipeline<size_t>& order, PictureFiles pictures,
                          const ImageFolderOptions& options) {
  return order
      .map([pictures = std::move(pictures)](size_t i) { return pictures.get(i); }, options.workers,
           "load")
      .batch(options.batch_size)
      .prefetch();
}

}  // namespace

ImageFolders image_folder(const std::filesystem::path& folder, const ImageFolderOptions& options) {
  TL_CHECK(options.batch_size > 0, "image_folder: batch_size is 0");
  PictureFolder found = read_picture_folder(folder, options.val_share, options.seed);
  const size_t n_train = found.train.size(), n_val = found.val.size();
  return {std::move(found.classes),
          batches(numbers(n_train).shuffle(n_train, options.seed),
                  files(found.train, options.train, options.seed), options),
          batches(numbers(n_val), files(found.val, options.val, options.seed), options),
          std::move(found.skipped)};
}

}  // namespace tealight::data

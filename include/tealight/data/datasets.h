// Data sets: what has size() and get(i) -> Example. Plain values that many threads may read; a copy
// is cheap. torch::data's loader, from_dataset() and loops of one's own take them.
//   ImageFolder train("hymenoptera_data/train", T::Compose({T::Resize({64, 64}), T::ToTensor()}));
//   auto [data, target] = train.get(0);      // float32 [3, 64, 64], int64 []
// A random transform draws, for every item, from the data set's seed, the item's number and how
// often it was asked for: epochs differ, and workers change nothing.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tealight/data/pipeline.h"
#include "tealight/data/transforms.h"

namespace tealight::data {

namespace detail {
class Visits;  // how often each item was asked for; shared by copies
}

struct PictureSetOptions {
  std::function<int64_t(int64_t)> target_transform = {};  // of labels; empty: as they are
  uint64_t seed = 0;
};

/// Picture files with labels.
class TL_API PictureFiles {
 public:
  /// `transform` gives a tensor; the default is ToTensor.
  PictureFiles(std::vector<std::pair<std::filesystem::path, int64_t>> samples,
               std::optional<transforms::Transform> transform = {}, PictureSetOptions options = {});

  std::vector<std::pair<std::filesystem::path, int64_t>> samples;

  size_t size() const { return samples.size(); }
  Example get(size_t i) const;
  /// The picture as RGB, without the transform. Throws Error that names the file.
  Image picture(size_t i) const;
  /// Takes out every file that cannot be decoded; says of each which and why.
  std::vector<std::string> drop_broken();

 private:
  std::optional<transforms::Transform> transform_;
  PictureSetOptions options_;
  std::shared_ptr<detail::Visits> visits_;
};

/// torchvision's ImageFolder: root/<class>/**/picture.jpg; classes by name, labels by their order.
class TL_API ImageFolder : public PictureFiles {
 public:
  explicit ImageFolder(const std::filesystem::path& root,
                       std::optional<transforms::Transform> transform = {},
                       PictureSetOptions options = {});
  std::vector<std::string> classes;
  std::map<std::string, int64_t> class_to_idx;
};

/// Pictures named in a CSV file of "file,label" lines (a header line is told by a label that is no
/// number, unless labels are names), relative to `folder`. Labels are whole numbers, or names,
/// which are numbered in their alphabetical order.
class TL_API CsvImages : public PictureFiles {
 public:
  CsvImages(const std::filesystem::path& csv, const std::filesystem::path& folder,
            std::optional<transforms::Transform> transform = {}, PictureSetOptions options = {});
  std::vector<std::string> classes;  // empty where labels are numbers
};

/// Cells of a CSV file (RFC 4180: quotes, doubled quotes, line breaks within quotes), by row.
TL_API std::vector<std::vector<std::string>> parse_csv(std::string_view text,
                                                       std::string_view name);

/// Pictures in memory: bytes (N, C, H, W) and labels (N).
class TL_API PictureArray {
 public:
  PictureArray(Tensor images, Tensor targets, std::optional<transforms::Transform> transform = {},
               PictureSetOptions options = {});
  size_t size() const { return static_cast<size_t>(images.size(0)); }
  Example get(size_t i) const;
  Image picture(size_t i) const;

  Tensor images, targets;
  std::vector<std::string> classes;

 private:
  std::optional<transforms::Transform> transform_;
  PictureSetOptions options_;
  std::shared_ptr<detail::Visits> visits_;
};

/// An array of the IDX format (MNIST's), or of one compressed by gzip: uint8, int8, int16, int32,
/// float32 or float64.
TL_API Tensor read_idx(const std::filesystem::path&);
/// MNIST and its kin (Fashion-MNIST, KMNIST): the four IDX files in `root`, root/raw or
/// root/MNIST/raw, packed or not.
TL_API PictureArray mnist(const std::filesystem::path& root, bool train = true,
                          std::optional<transforms::Transform> transform = {},
                          PictureSetOptions options = {});
/// CIFAR's "binary version": data_batch_1.bin ... and batches.meta.txt in `root` or
/// root/cifar-10-batches-bin.
TL_API PictureArray cifar10(const std::filesystem::path& root, bool train = true,
                            std::optional<transforms::Transform> transform = {},
                            PictureSetOptions options = {});
/// The same of CIFAR-100 with its 100 fine classes: train.bin, test.bin, fine_label_names.txt.
TL_API PictureArray cifar100(const std::filesystem::path& root, bool train = true,
                             std::optional<transforms::Transform> transform = {},
                             PictureSetOptions options = {});

/// Tensors with one number of items: data and target.
class TL_API TensorDataset {
 public:
  TensorDataset(Tensor data, Tensor target);
  size_t size() const { return static_cast<size_t>(data.size(0)); }
  Example get(size_t i) const;
  Tensor data, target;
};

/// Any data set.
class TL_API AnyDataset {
 public:
  template <class D>
    requires requires(const D& d) {
      { d.get(size_t{0}) } -> std::convertible_to<Example>;
      { d.size() } -> std::convertible_to<size_t>;
    } && (!std::is_same_v<D, AnyDataset>)
  AnyDataset(D dataset) {
    auto shared = std::make_shared<const D>(std::move(dataset));
    size_ = shared->size();
    get_ = [shared](size_t i) -> Example { return shared->get(i); };
  }
  size_t size() const { return size_; }
  Example get(size_t i) const { return get_(i); }

 private:
  size_t size_ = 0;
  std::function<Example(size_t)> get_;
};

/// Some of a data set's items, in that order.
class TL_API Subset {
 public:
  Subset(AnyDataset dataset, std::vector<size_t> indices);
  size_t size() const { return indices.size(); }
  Example get(size_t i) const;
  AnyDataset dataset;
  std::vector<size_t> indices;
};

/// Data sets one after another.
class TL_API ConcatDataset {
 public:
  explicit ConcatDataset(std::vector<AnyDataset> datasets);
  size_t size() const { return ends_.empty() ? 0 : ends_.back(); }
  Example get(size_t i) const;
  std::vector<AnyDataset> datasets;

 private:
  std::vector<size_t> ends_;
};

/// torch.utils.data.random_split with a generator of this seed: the same items. `lengths` are
/// numbers of items, or fractions that add up to 1.
TL_API std::vector<Subset> random_split(const AnyDataset&, const std::vector<double>& lengths,
                                        uint64_t seed);

}  // namespace tealight::data

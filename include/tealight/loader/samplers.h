// Samplers: which examples come next.
#pragma once
#include <optional>
#include <vector>

#include "tealight/loader/dataset.h"

namespace torch::data::samplers {

/// A request for a batch of a type of the program's own.
struct TL_API CustomBatchRequest {
  CustomBatchRequest() = default;
  CustomBatchRequest(const CustomBatchRequest&) = default;
  CustomBatchRequest(CustomBatchRequest&&) noexcept = default;
  virtual ~CustomBatchRequest() = default;
  virtual size_t size() const = 0;
};

template <class BatchRequest = std::vector<size_t>>
class Sampler {
 public:
  using BatchRequestType = BatchRequest;
  virtual ~Sampler() = default;
  /// A new epoch, of `new_size` examples where that is given.
  virtual void reset(std::optional<size_t> new_size) = 0;
  /// Nothing at the end of the epoch.
  virtual std::optional<BatchRequest> next(size_t batch_size) = 0;
  virtual void save(serialize::OutputArchive&) const = 0;
  virtual void load(serialize::InputArchive&) = 0;
};
template <class BatchRequest>
serialize::OutputArchive& operator<<(serialize::OutputArchive& archive,
                                     const Sampler<BatchRequest>& sampler) {
  sampler.save(archive);
  return archive;
}
template <class BatchRequest>
serialize::InputArchive& operator>>(serialize::InputArchive& archive,
                                    Sampler<BatchRequest>& sampler) {
  sampler.load(archive);
  return archive;
}

/// 0, 1, 2, ...
class TL_API SequentialSampler : public Sampler<> {
 public:
  explicit SequentialSampler(size_t size) : size_(size) {}
  void reset(std::optional<size_t> new_size = std::nullopt) override;
  std::optional<std::vector<size_t>> next(size_t batch_size) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
  size_t index() const noexcept { return index_; }

 private:
  size_t size_, index_ = 0;
};

/// A new order in every epoch, from the default generator.
class TL_API RandomSampler : public Sampler<> {
 public:
  /// `index_dtype`: how the order is stored.
  explicit RandomSampler(int64_t size, ScalarType index_dtype = kLong);
  ~RandomSampler() override;
  void reset(std::optional<size_t> new_size = std::nullopt) override;
  std::optional<std::vector<size_t>> next(size_t batch_size) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
  size_t index() const noexcept { return size_t(index_); }

 private:
  Tensor indices_;
  int64_t index_ = 0;
};

struct TL_API BatchSize : public CustomBatchRequest {
  explicit BatchSize(size_t size) : size_(size) {}
  size_t size() const noexcept override { return size_; }
  operator size_t() const noexcept { return size_; }
  size_t size_;
};
/// Only how many: the dataset, a stream, decides which. An epoch has `epoch_size` examples.
class TL_API StreamSampler : public Sampler<BatchSize> {
 public:
  explicit StreamSampler(size_t epoch_size) : epoch_size_(epoch_size) {}
  void reset(std::optional<size_t> new_size = std::nullopt) override;
  std::optional<BatchSize> next(size_t batch_size) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;

 private:
  size_t examples_retrieved_so_far_ = 0, epoch_size_;
};

/// The part of one among several processes. With duplicates all parts are equally large: the first
/// examples come again at the end. Without, the last few are left out.
template <class BatchRequest = std::vector<size_t>>
class DistributedSampler : public Sampler<BatchRequest> {
 public:
  DistributedSampler(size_t size, size_t num_replicas = 1, size_t rank = 0,
                     bool allow_duplicates = true)
      : size_(size),
        num_replicas_(num_replicas),
        rank_(rank),
        allow_duplicates_(allow_duplicates) {}
  /// The order depends on it.
  void set_epoch(size_t epoch) { epoch_ = epoch; }
  size_t epoch() const { return epoch_; }

 protected:
  size_t local_sample_count() {
    return (size_ + (allow_duplicates_ ? num_replicas_ - 1 : 0)) / num_replicas_;
  }
  size_t size_, num_replicas_, rank_, epoch_ = 0;
  bool allow_duplicates_;
};

class TL_API DistributedRandomSampler : public DistributedSampler<> {
 public:
  DistributedRandomSampler(size_t size, size_t num_replicas = 1, size_t rank = 0,
                           bool allow_duplicates = true);
  void reset(std::optional<size_t> new_size = std::nullopt) override;
  std::optional<std::vector<size_t>> next(size_t batch_size) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
  size_t index() const noexcept { return sample_index_; }

 private:
  size_t end_index_ = 0, sample_index_ = 0;
  std::vector<size_t> all_indices_;
};

class TL_API DistributedSequentialSampler : public DistributedSampler<> {
 public:
  DistributedSequentialSampler(size_t size, size_t num_replicas = 1, size_t rank = 0,
                               bool allow_duplicates = true);
  void reset(std::optional<size_t> new_size = std::nullopt) override;
  std::optional<std::vector<size_t>> next(size_t batch_size) override;
  void save(serialize::OutputArchive&) const override;
  void load(serialize::InputArchive&) override;
  size_t index() const noexcept { return sample_index_; }

 private:
  size_t end_index_ = 0, sample_index_ = 0;
};

}  // namespace torch::data::samplers

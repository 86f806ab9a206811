#include "tealight/loader/samplers.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "core/base.h"
#include "tealight/serialize.h"

namespace torch::data::samplers {
namespace {

using Archive = serialize::OutputArchive;
void write_number(Archive& archive, const char* key, size_t value) {
  archive.write(key, scalar_tensor(int64_t(value), kLong), /*is_buffer=*/true);
}
size_t read_number(serialize::InputArchive& archive, const char* key) {
  Tensor value;
  archive.read(key, value, /*is_buffer=*/true);
  const int64_t number = value.item<int64_t>();
  TL_CHECK(number >= 0, "sampler: ", key, " is ", number, " in this file, expected 0 or more");
  return size_t(number);
}

}  // namespace

void SequentialSampler::reset(std::optional<size_t> new_size) {
  size_ = new_size.value_or(size_);
  index_ = 0;
}
std::optional<std::vector<size_t>> SequentialSampler::next(size_t batch_size) {
  if (index_ >= size_) return std::nullopt;
  std::vector<size_t> batch(std::min(batch_size, size_ - index_));
  std::iota(batch.begin(), batch.end(), index_);
  index_ += batch.size();
  return batch;
}
void SequentialSampler::save(Archive& archive) const { write_number(archive, "index", index_); }
void SequentialSampler::load(serialize::InputArchive& archive) {
  index_ = read_number(archive, "index");
}

RandomSampler::RandomSampler(int64_t size, ScalarType index_dtype)
    : indices_(randperm(size, index_dtype)) {}
RandomSampler::~RandomSampler() = default;
void RandomSampler::reset(std::optional<size_t> new_size) {
  const auto size = new_size ? int64_t(*new_size) : indices_.numel();
  indices_ = randperm(size, indices_.scalar_type());
  index_ = 0;
}
std::optional<std::vector<size_t>> RandomSampler::next(size_t batch_size) {
  const int64_t left = indices_.numel() - index_;
  if (left <= 0) return std::nullopt;
  const int64_t n = std::min(left, int64_t(batch_size));
  const Tensor batch = indices_.slice(0, index_, index_ + n).to(kLong).contiguous();
  index_ += n;
  const int64_t* first = batch.const_data_ptr<int64_t>();
  return std::vector<size_t>(first, first + n);
}
void RandomSampler::save(Archive& archive) const {
  write_number(archive, "index", size_t(index_));
  archive.write("indices", indices_, /*is_buffer=*/true);
}
void RandomSampler::load(serialize::InputArchive& archive) {
  index_ = int64_t(read_number(archive, "index"));
  archive.read("indices", indices_, /*is_buffer=*/true);
}

void StreamSampler::reset(std::optional<size_t> new_size) {
  epoch_size_ = new_size.value_or(epoch_size_);
  examples_retrieved_so_far_ = 0;
}
std::optional<BatchSize> StreamSampler::next(size_t batch_size) {
  if (examples_retrieved_so_far_ >= epoch_size_) return std::nullopt;
  const size_t n = std::min(batch_size, epoch_size_ - examples_retrieved_so_far_);
  examples_retrieved_so_far_ += n;
  return BatchSize(n);
}
void StreamSampler::save(Archive& archive) const {
  write_number(archive, "examples_retrieved_so_far", examples_retrieved_so_far_);
}
void StreamSampler::load(serialize::InputArchive& archive) {
  examples_retrieved_so_far_ = read_number(archive, "examples_retrieved_so_far");
}

DistributedRandomSampler::DistributedRandomSampler(size_t size, size_t num_replicas, size_t rank,
                                                   bool allow_duplicates)
    : DistributedSampler(size, num_replicas, rank, allow_duplicates) {
  DistributedRandomSampler::reset(size);
}
void DistributedRandomSampler::reset(std::optional<size_t> new_size) {
  size_ = new_size.value_or(size_);
  const size_t count = local_sample_count();
  all_indices_.resize(num_replicas_ == 1 ? size_ : count * num_replicas_);
  for (size_t i = 0; i < all_indices_.size(); ++i) all_indices_[i] = i < size_ ? i : i - size_;
  std::mt19937 random(static_cast<std::mt19937::result_type>(epoch_));
  std::shuffle(all_indices_.begin(), all_indices_.end(), random);
  sample_index_ = rank_ * count;
  end_index_ = sample_index_ + count;
}
std::optional<std::vector<size_t>> DistributedRandomSampler::next(size_t batch_size) {
  if (sample_index_ >= end_index_) return std::nullopt;
  const size_t end = std::min(sample_index_ + batch_size, end_index_);
  const auto first = all_indices_.begin();
  std::vector<size_t> batch(first + ptrdiff_t(sample_index_), first + ptrdiff_t(end));
  sample_index_ = end;
  return batch;
}
void DistributedRandomSampler::save(Archive& archive) const {
  write_number(archive, "sample_index_", sample_index_);
  write_number(archive, "epoch_", epoch_);
}
void DistributedRandomSampler::load(serialize::InputArchive& archive) {
  epoch_ = read_number(archive, "epoch_");
  reset(size_);  // the order of that epoch
  sample_index_ = read_number(archive, "sample_index_");
}

DistributedSequentialSampler::DistributedSequentialSampler(size_t size, size_t num_replicas,
                                                           size_t rank, bool allow_duplicates)
    : DistributedSampler(size, num_replicas, rank, allow_duplicates) {
  DistributedSequentialSampler::reset(size);
}
void DistributedSequentialSampler::reset(std::optional<size_t> new_size) {
  size_ = new_size.value_or(size_);
  sample_index_ = rank_ * local_sample_count();
  end_index_ = sample_index_ + local_sample_count();
}
std::optional<std::vector<size_t>> DistributedSequentialSampler::next(size_t batch_size) {
  if (sample_index_ >= end_index_) return std::nullopt;
  std::vector<size_t> batch(std::min(batch_size, end_index_ - sample_index_));
  for (size_t& index : batch) index = sample_index_++ % size_;
  return batch;
}
void DistributedSequentialSampler::save(Archive& archive) const {
  write_number(archive, "sample_index_", sample_index_);
}
void DistributedSequentialSampler::load(serialize::InputArchive& archive) {
  sample_index_ = read_number(archive, "sample_index_");
}

}  // namespace torch::data::samplers

// Datasets that are read in chunks (files, or parts of a large one) by threads ahead of use. One
// sampler says which chunks come next, another shuffles the examples of a chunk.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>

#include "tealight/arg.h"
#include "tealight/loader/dataloader.h"
#include "tealight/loader/samplers.h"

namespace torch::data::datasets {

/// Used by several threads at once.
template <class ExampleType_, class ChunkType_ = std::vector<ExampleType_>>
class ChunkDataReader {
 public:
  using ChunkType = ChunkType_;
  using ExampleType = ExampleType_;
  virtual ~ChunkDataReader() = default;
  virtual ChunkType read_chunk(size_t chunk_index) = 0;
  virtual size_t chunk_count() = 0;
  virtual void reset() = 0;
};

struct ChunkDatasetOptions {
  ChunkDatasetOptions() = delete;
  ChunkDatasetOptions(size_t preloader_count, size_t batch_size, size_t cache_size = 2048,
                      size_t cross_chunk_shuffle_count = 1)
      : preloader_count_(preloader_count),
        batch_size_(batch_size),
        cache_size_(cache_size),
        cross_chunk_shuffle_count_(cross_chunk_shuffle_count) {
    TORCH_CHECK(preloader_count_ > 0,
                "Preloader count is 0. At least one preloader needs to be specified.");
    TORCH_CHECK(batch_size_ > 0, "Batch size is 0. A positive batch size needs to be specified.");
    TORCH_CHECK(cache_size_ > 0, "Cache size is 0. A positive cache size needs to be specified.");
    TORCH_CHECK(cache_size_ >= batch_size_,
                "Cache size is less than batch size. Cache needs to be large enough to hold at "
                "least one batch.");
    TORCH_CHECK(cross_chunk_shuffle_count_ > 0,
                "cross_chunk_shuffle_count needs to be greater than 0.");
  }
  TORCH_ARG(size_t, preloader_count);  // threads that read
  TORCH_ARG(size_t, batch_size);
  TORCH_ARG(size_t, cache_size) = 2048;  // examples to read ahead
  /// Chunks whose examples are shuffled together.
  TORCH_ARG(size_t, cross_chunk_shuffle_count) = 1;
};

namespace detail {
/// Chunks in, batches out.
template <class UnwrappedBatch, class ExampleSampler = samplers::RandomSampler>
class BatchDataBuffer {
 public:
  using BatchType = std::optional<UnwrappedBatch>;

  BatchDataBuffer(size_t batch_size, ExampleSampler& example_sampler, size_t queue_capacity)
      : batch_size_(batch_size), sampler_(example_sampler), capacity_(queue_capacity) {}

  /// Waits for a whole batch. After stop(): what is left, then nothing.
  BatchType get_batch() {
    std::unique_lock lock(mutex_);
    readable_.wait(lock, [this] { return n_examples_ >= batch_size_ || stopped_; });
    if (batches_.empty()) return std::nullopt;
    Entry entry = std::move(batches_.front());
    batches_.pop();
    n_examples_ -= entry.batch.size();
    lock.unlock();
    writable_.notify_all();
    if (entry.exception) throw WorkerException(entry.exception);
    return std::move(entry.batch);
  }
  /// Waits for room.
  void add_chunk_data(UnwrappedBatch chunk) {
    {
      std::unique_lock lock(mutex_);
      if (!wait_for_room(lock)) return;
      sampler_.reset(chunk.size());
      for (size_t left = chunk.size(); left > 0;) {
        UnwrappedBatch& batch = batch_with_room();
        const size_t n = std::min(left, batch_size_ - batch.size());
        const auto indices = sampler_.next(n);
        TORCH_INTERNAL_ASSERT(indices && indices->size() == n);
        for (size_t i : *indices) {
          TORCH_CHECK(i < chunk.size(), "Index out of range");
          batch.emplace_back(std::move(chunk[i]));
        }
        left -= n;
      }
      n_examples_ += chunk.size();
    }
    readable_.notify_all();
  }
  void add_chunk_data(std::exception_ptr exception) {
    {
      std::unique_lock lock(mutex_);
      if (!wait_for_room(lock)) return;
      batches_.push({{}, std::move(exception)});
    }
    readable_.notify_all();
  }
  /// Nothing more comes, or is wanted.
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    writable_.notify_all();
    readable_.notify_all();
  }

 private:
  struct Entry {
    UnwrappedBatch batch;
    std::exception_ptr exception;
  };
  bool wait_for_room(std::unique_lock<std::mutex>& lock) {
    writable_.wait(lock, [this] { return n_examples_ < capacity_ || stopped_; });
    return !stopped_;
  }
  UnwrappedBatch& batch_with_room() {
    if (batches_.empty() || batches_.back().exception ||
        batches_.back().batch.size() >= batch_size_)
      batches_.push({});
    return batches_.back().batch;
  }

  const size_t batch_size_;
  ExampleSampler& sampler_;
  const size_t capacity_;
  std::mutex mutex_;  // for all below, and for sampler_
  std::queue<Entry> batches_;
  size_t n_examples_ = 0;
  bool stopped_ = false;
  std::condition_variable readable_, writable_;
};
}  // namespace detail

template <class ChunkReader, class ChunkSampler = samplers::RandomSampler,
          class ExampleSampler = samplers::RandomSampler>
class ChunkDataset final
    : public StatefulDataset<ChunkDataset<ChunkReader, ChunkSampler, ExampleSampler>,
                             typename ChunkReader::BatchType, size_t> {
 public:
  using UnwrappedBatchType = typename ChunkReader::BatchType;
  using BatchType = std::optional<UnwrappedBatchType>;
  using BatchRequestType = size_t;
  using ChunkSamplerType = ChunkSampler;
  using ExampleSamplerType = ExampleSampler;

  /// `preprocessing_policy` sees each chunk (or those shuffled together) before it is sampled.
  ChunkDataset(ChunkReader chunk_reader, ChunkSampler chunk_sampler, ExampleSampler example_sampler,
               ChunkDatasetOptions options,
               std::function<void(UnwrappedBatchType&)> preprocessing_policy = {})
      : chunk_reader_(std::move(chunk_reader)),
        chunk_sampler_(std::move(chunk_sampler)),
        example_sampler_(std::move(example_sampler)),
        options_(std::move(options)),
        preprocess_(std::move(preprocessing_policy)) {}
  ~ChunkDataset() override { end_preloaders(); }

  BatchType get_batch(size_t batch_size) override {
    TORCH_CHECK(buffer_, "Dataset needs to call reset() before calling get_batch().");
    TORCH_CHECK(batch_size == options_.batch_size(),
                "The requested batch size does not match with the initialized batch size.\n"
                " The requested batch size is ",
                batch_size, ", while the dataset is created with batch size equal to ",
                options_.batch_size());
    return buffer_->get_batch();
  }
  BatchType get_batch() { return get_batch(options_.batch_size()); }
  /// A new epoch, or the rest of the one that load() gave.
  void reset() override {
    end_preloaders();
    if (!std::exchange(loaded_, false)) {
      chunk_reader_.reset();
      chunk_sampler_.reset(chunk_reader_.chunk_count());
    }
    buffer_ =
        std::make_unique<Buffer>(options_.batch_size(), example_sampler_, options_.cache_size());
    running_ = options_.preloader_count();
    quit_ = false;
    for (size_t i = 0; i < options_.preloader_count(); ++i)
      preloaders_.emplace_back([this] { preload(); });
  }
  std::optional<size_t> size() const override { return std::nullopt; }
  ChunkSamplerType& chunk_sampler() { return chunk_sampler_; }
  void save(serialize::OutputArchive& archive) const override {
    std::lock_guard lock(sampler_mutex_);
    chunk_sampler_.save(archive);
  }
  void load(serialize::InputArchive& archive) override {
    std::lock_guard lock(sampler_mutex_);
    chunk_sampler_.load(archive);
    loaded_ = true;
  }

 private:
  using Buffer = detail::BatchDataBuffer<UnwrappedBatchType, ExampleSamplerType>;

  std::optional<std::vector<size_t>> next_chunks() {
    std::lock_guard lock(sampler_mutex_);
    return chunk_sampler_.next(options_.cross_chunk_shuffle_count());
  }
  void preload_chunks(const std::vector<size_t>& chunks) {
    UnwrappedBatchType data = chunk_reader_.read_chunk(chunks[0]);
    for (size_t i = 1; i < chunks.size(); ++i)
      for (auto& example : chunk_reader_.read_chunk(chunks[i])) data.push_back(std::move(example));
    if (preprocess_) preprocess_(data);
    if (!data.empty()) buffer_->add_chunk_data(std::move(data));
  }
  void preload() {
    while (!quit_) try {
        const auto chunks = next_chunks();
        if (!chunks) break;
        preload_chunks(*chunks);
      } catch (...) {
        buffer_->add_chunk_data(std::current_exception());
      }
    if (--running_ == 0) buffer_->stop();
  }
  void end_preloaders() {
    if (buffer_) buffer_->stop();
    quit_ = true;
    for (std::thread& preloader : preloaders_) preloader.join();
    preloaders_.clear();
  }

  ChunkReader chunk_reader_;
  ChunkSampler chunk_sampler_;
  ExampleSampler example_sampler_;
  std::unique_ptr<Buffer> buffer_;
  std::vector<std::thread> preloaders_;
  const ChunkDatasetOptions options_;
  std::function<void(UnwrappedBatchType&)> preprocess_;
  std::atomic<bool> quit_ = false;
  std::atomic<size_t> running_ = 0;
  mutable std::mutex sampler_mutex_;  // for chunk_sampler_ and loaded_
  bool loaded_ = false;
};

}  // namespace torch::data::datasets

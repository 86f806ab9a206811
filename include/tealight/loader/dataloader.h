// The loader: batches of a dataset, made by the calling thread or by workers ahead of it. What
// comes out, and in which order, does not depend on the number of workers.
#pragma once
#include <exception>
#include <string>
#include <thread>

#include "tealight/arg.h"
#include "tealight/loader/dataset.h"
#include "tealight/loader/iterator.h"
#include "tealight/loader/queue.h"
#include "tealight/loader/samplers.h"

namespace torch::data {

struct DataLoaderOptions {
  DataLoaderOptions() = default;
  DataLoaderOptions(size_t batch_size) : batch_size_(batch_size) {}
  TORCH_ARG(size_t, batch_size) = 1;
  /// Threads that make batches; none: the calling thread does, when it asks for one.
  TORCH_ARG(size_t, workers) = 0;
  /// Batches that are asked for ahead: two for each worker where it is not set.
  TORCH_ARG(std::optional<size_t>, max_jobs);
  /// How long to wait for a batch.
  TORCH_ARG(std::optional<std::chrono::milliseconds>, timeout);
  /// Batches come in the sampler's order, not as workers get ready.
  TORCH_ARG(bool, enforce_ordering) = true;
  /// Leave out a last batch that is smaller.
  TORCH_ARG(bool, drop_last) = false;
};
/// With all that depends on others filled in.
struct FullDataLoaderOptions {
  explicit FullDataLoaderOptions(DataLoaderOptions o)
      : batch_size(o.batch_size()),
        workers(o.workers()),
        max_jobs(o.max_jobs().value_or(2 * workers)),
        timeout(o.timeout()),
        enforce_ordering(o.enforce_ordering()),
        drop_last(o.drop_last()) {}
  size_t batch_size, workers, max_jobs;
  std::optional<std::chrono::milliseconds> timeout;
  bool enforce_ordering, drop_last;
};

/// Thrown in the calling thread for what a worker threw.
struct WorkerException : public std::exception {
  explicit WorkerException(std::exception_ptr original)
      : original_exception(std::move(original)),
        message("Caught exception in DataLoader worker thread.") {
    try {
      std::rethrow_exception(original_exception);
    } catch (const std::exception& e) {
      message += std::string(" Original message: ") + e.what();
    } catch (...) {  // has no message
    }
  }
  const char* what() const noexcept override { return message.c_str(); }
  std::exception_ptr original_exception;
  std::string message;
};

/// One thread at a time may use a loader; there is one pass at a time.
template <class Dataset, class Batch, class BatchRequest>
class DataLoaderBase {
 public:
  using BatchType = Batch;
  using BatchRequestType = BatchRequest;

  explicit DataLoaderBase(DataLoaderOptions options,
                          std::unique_ptr<Dataset> main_thread_dataset = nullptr)
      : options_(std::move(options)),
        main_thread_dataset_(std::move(main_thread_dataset)),
        sequencer_(new_sequencer()) {
    TORCH_CHECK(options_.workers == 0 || options_.max_jobs > 0,
                "DataLoader: max_jobs is 0, so that its workers never get any; give at least 1");
  }
  virtual ~DataLoaderBase() { join(); }

  /// A new epoch. The iterator lives no longer than the loader.
  Iterator<Batch> begin() {
    TORCH_CHECK(shuttle_.in_flight_jobs() == 0,
                "Attempted to get a new DataLoader iterator while another iterator is not yet "
                "exhausted");
    reset();
    return Iterator<Batch>([this] { return next(); });
  }
  Iterator<Batch> end() { return {}; }
  /// Ends the workers.
  void join() {
    if (std::exchange(joined_, true)) return;
    shuttle_.drain();
    for (size_t i = 0; i < workers_.size(); ++i) push_job(std::nullopt);
    for (std::thread& worker : workers_) worker.join();
  }
  const FullDataLoaderOptions& options() const noexcept { return options_; }

 protected:
  struct Job {
    std::optional<BatchRequest> request;  // none: the worker ends
    size_t sequence_number;
  };
  struct Result {
    std::optional<Batch> batch;
    std::exception_ptr exception;
    size_t sequence_number = 0;
  };

  /// What the next batch is made of; nothing at the end of the epoch.
  virtual std::optional<BatchRequest> get_batch_request() = 0;
  virtual void reset() {
    shuttle_.drain();
    sequence_number_ = 0;
    sequencer_ = new_sequencer();
    prefetch(options_.max_jobs);
  }
  void worker_thread(Dataset& dataset) {
    while (true) {
      Job job = shuttle_.pop_job();
      if (!job.request) return;
      Result result;
      result.sequence_number = job.sequence_number;
      try {
        result.batch = dataset.get_batch(*std::move(job.request));
      } catch (...) {
        result.exception = std::current_exception();
      }
      shuttle_.push_result(std::move(result));
    }
  }

  const FullDataLoaderOptions options_;
  std::unique_ptr<Dataset> main_thread_dataset_;  // null where each worker has a copy
  std::vector<std::thread> workers_;

 private:
  std::optional<Batch> next() {
    if (options_.workers == 0) {
      auto request = get_batch_request();
      if (!request) return std::nullopt;
      return main_thread_dataset_->get_batch(*std::move(request));
    }
    while (std::optional<Result> result =
               sequencer_->next([this] { return shuttle_.pop_result(options_.timeout); })) {
      if (result->exception) throw WorkerException(result->exception);
      if (!result->batch) continue;  // a stateful dataset had no more
      prefetch(1);
      return std::move(result->batch);
    }
    return std::nullopt;
  }
  void prefetch(size_t jobs) {
    for (; jobs > 0; --jobs) {
      auto request = get_batch_request();
      if (!request) return;
      push_job(std::move(request));
    }
  }
  void push_job(std::optional<BatchRequest> request) {
    shuttle_.push_job({std::move(request), sequence_number_++});
  }
  std::unique_ptr<detail::sequencers::Sequencer<Result>> new_sequencer() {
    using namespace detail::sequencers;
    if (options_.enforce_ordering)
      return std::make_unique<OrderedSequencer<Result>>(options_.max_jobs);
    return std::make_unique<NoSequencer<Result>>();
  }

  size_t sequence_number_ = 0;  // of the next job
  detail::DataShuttle<Job, Result> shuttle_;
  std::unique_ptr<detail::sequencers::Sequencer<Result>> sequencer_;
  bool joined_ = false;
};

/// A sampler says which examples; each worker has a copy of the dataset.
template <class Dataset, class Sampler>
class StatelessDataLoader : public DataLoaderBase<Dataset, typename Dataset::BatchType,
                                                  typename Sampler::BatchRequestType> {
 public:
  using super =
      DataLoaderBase<Dataset, typename Dataset::BatchType, typename Sampler::BatchRequestType>;
  using typename super::BatchRequestType;

  StatelessDataLoader(Dataset dataset, Sampler sampler, DataLoaderOptions options)
      : super(std::move(options)), sampler_(std::move(sampler)) {
    for (size_t i = 0; i < this->options_.workers; ++i)
      this->workers_.emplace_back([this, dataset]() mutable { this->worker_thread(dataset); });
    if (this->options_.workers == 0)
      this->main_thread_dataset_ = std::make_unique<Dataset>(std::move(dataset));
  }
  ~StatelessDataLoader() override { this->join(); }

 private:
  void reset() override {
    sampler_.reset(std::nullopt);
    super::reset();
  }
  std::optional<BatchRequestType> get_batch_request() override {
    auto request = sampler_.next(this->options_.batch_size);
    if (!request || (this->options_.drop_last && request->size() < this->options_.batch_size))
      return std::nullopt;
    TORCH_INTERNAL_ASSERT(request->size() > 0);
    return request;
  }
  Sampler sampler_;
};

/// The dataset, which all workers share, says itself what comes next.
template <class Dataset>
class StatefulDataLoader : public DataLoaderBase<Dataset, typename Dataset::BatchType::value_type,
                                                 typename Dataset::BatchRequestType> {
 public:
  using super = DataLoaderBase<Dataset, typename Dataset::BatchType::value_type,
                               typename Dataset::BatchRequestType>;
  using typename super::BatchRequestType;

  StatefulDataLoader(Dataset dataset, DataLoaderOptions options)
      : super(std::move(options), std::make_unique<Dataset>(std::move(dataset))) {
    for (size_t i = 0; i < this->options_.workers; ++i)
      this->workers_.emplace_back([this] { this->worker_thread(*this->main_thread_dataset_); });
  }
  ~StatefulDataLoader() override { this->join(); }

 private:
  void reset() override {
    this->main_thread_dataset_->reset();
    super::reset();
  }
  std::optional<BatchRequestType> get_batch_request() override { return this->options_.batch_size; }
};

template <class Dataset, class Sampler>
  requires(!Dataset::is_stateful)
std::unique_ptr<StatelessDataLoader<Dataset, Sampler>> make_data_loader(Dataset dataset,
                                                                        Sampler sampler,
                                                                        DataLoaderOptions options) {
  return std::make_unique<StatelessDataLoader<Dataset, Sampler>>(
      std::move(dataset), std::move(sampler), std::move(options));
}
/// With a sampler made for the dataset's size: a random one, or that named.
template <class Sampler = samplers::RandomSampler, class Dataset>
  requires(!Dataset::is_stateful && std::is_constructible_v<Sampler, size_t>)
std::unique_ptr<StatelessDataLoader<Dataset, Sampler>> make_data_loader(
    Dataset dataset, DataLoaderOptions options = {}) {
  const std::optional<size_t> size = dataset.size();
  TORCH_CHECK(size.has_value(),
              "Expected the dataset to be sized in order to construct the Sampler");
  return make_data_loader(std::move(dataset), Sampler(*size), std::move(options));
}
template <class Dataset>
  requires(Dataset::is_stateful)
std::unique_ptr<StatefulDataLoader<Dataset>> make_data_loader(Dataset dataset,
                                                              DataLoaderOptions options = {}) {
  return std::make_unique<StatefulDataLoader<Dataset>>(std::move(dataset), std::move(options));
}

}  // namespace torch::data

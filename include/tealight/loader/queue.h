// What passes between a loader and its workers: queues, jobs in flight, results in order.
#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <queue>
#include <vector>

#include "tealight/torch_macros.h"

namespace torch::data::detail {

/// For any number of writers and readers.
template <class T>
class Queue {
 public:
  void push(T value) {
    {
      std::lock_guard lock(mutex_);
      queue_.push(std::move(value));
    }
    filled_.notify_one();
  }
  /// Waits for an element; throws when none has come after `timeout`.
  T pop(std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    std::unique_lock lock(mutex_);
    const auto has_element = [this] { return !queue_.empty(); };
    if (timeout)
      TORCH_CHECK(filled_.wait_for(lock, *timeout, has_element),
                  "Timeout in DataLoader queue while waiting for next batch (timeout was ",
                  timeout->count(), " ms)");
    else
      filled_.wait(lock, has_element);
    T value = std::move(queue_.front());
    queue_.pop();
    return value;
  }
  /// Gives how many there were.
  size_t clear() {
    std::lock_guard lock(mutex_);
    const size_t size = queue_.size();
    queue_ = {};
    return size;
  }

 private:
  std::queue<T> queue_;
  std::mutex mutex_;
  std::condition_variable filled_;
};

/// Jobs to workers and their results back. A job is in flight from push_job() until its result is
/// popped; both are called by the loader's thread only.
template <class Job, class Result>
class DataShuttle {
 public:
  void push_job(Job job) {
    jobs_.push(std::move(job));
    ++in_flight_;
  }
  void push_result(Result result) { results_.push(std::move(result)); }  // a worker
  Job pop_job() { return jobs_.pop(); }                                  // a worker
  /// Nothing when no job is in flight: the epoch is over.
  std::optional<Result> pop_result(
      std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    if (in_flight_ == 0) return std::nullopt;
    Result result = results_.pop(timeout);
    --in_flight_;
    return result;
  }
  /// Forgets jobs that nobody took yet and waits for the others.
  void drain() {
    in_flight_ -= jobs_.clear();
    while (in_flight_ > 0) pop_result();
  }
  size_t in_flight_jobs() const noexcept { return in_flight_; }

 private:
  Queue<Job> jobs_;
  Queue<Result> results_;
  size_t in_flight_ = 0;
};

/// In what order results are given out.
namespace sequencers {
template <class Result>
struct Sequencer {
  using ResultProducer = std::function<std::optional<Result>()>;
  virtual ~Sequencer() = default;
  virtual std::optional<Result> next(ResultProducer next_result) = 0;
};
/// As they come.
template <class Result>
struct NoSequencer final : public Sequencer<Result> {
  using typename Sequencer<Result>::ResultProducer;
  std::optional<Result> next(ResultProducer next_result) override { return next_result(); }
};
/// By their sequence_number. Early ones wait in a ring of as many places as jobs can be in flight:
/// no two of those have the same place, for the one that is waited for holds back new jobs.
template <class Result>
struct OrderedSequencer : public Sequencer<Result> {
  using typename Sequencer<Result>::ResultProducer;
  explicit OrderedSequencer(size_t max_jobs) : buffer_(max_jobs) {}
  std::optional<Result> next(ResultProducer next_result) override {
    while (!place(next_sequence_number_)) {
      std::optional<Result> result = next_result();
      if (!result) return std::nullopt;
      const size_t number = result->sequence_number;
      TORCH_INTERNAL_ASSERT(!place(number));
      place(number) = std::move(result);
    }
    return std::exchange(place(next_sequence_number_++), std::nullopt);
  }
  std::optional<Result>& place(size_t number) { return buffer_.at(number % buffer_.size()); }
  size_t next_sequence_number_ = 0;
  std::vector<std::optional<Result>> buffer_;
};
}  // namespace sequencers
}  // namespace torch::data::detail

// The stages with threads: map by several workers in order, and prefetch.
//
//   source ─ taken under a lock, numbered ─► worker 0..n ─► slots by number ─► next(), in order
//
// Workers run ahead by a window of two items each at most. Which of them has an item does not
// matter: its random numbers follow from the step, the epoch and the item's number in the stream.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "tealight/data/pipeline.h"
#include "tealight/threads.h"

namespace tealight::data::detail {
namespace {

/// An item, or why there is none; neither at the end.
struct Outcome {
  std::optional<Item> item;
  std::exception_ptr error;
};

std::optional<Item> unpack(Outcome outcome) {
  if (outcome.error) std::rethrow_exception(outcome.error);
  return std::move(outcome.item);
}

Outcome next_of(Stream& source) {
  try {
    return {source.next(), nullptr};
  } catch (...) {
    return {std::nullopt, std::current_exception()};
  }
}

/// What map does to an item; any number of threads.
struct MapStep {
  MapFunction function;
  std::string name;
  uint64_t seed;
  std::atomic<bool> drew{false};

  Outcome run(Item item, uint64_t epoch, uint64_t number) {
    RandomScope scope(mix_seed(seed, epoch, number));
    try {
      item.value = function(std::move(item.value));
      if (scope.random().drawn()) drew.store(true, std::memory_order_relaxed);
      return {std::move(item), nullptr};
    } catch (Error& e) {
      return {std::nullopt, std::make_exception_ptr(Error(e).at(place(item)))};
    } catch (const std::exception& e) {
      return {std::nullopt, std::make_exception_ptr(Error(e.what()).at(place(item)))};
    }
  }
  std::string place(const Item& item) const { return item.name + ", step '" + name + "'"; }
};

class SerialMap : public Stream {
 public:
  SerialMap(std::unique_ptr<Stream> source, std::shared_ptr<MapStep> step, uint64_t epoch)
      : source_(std::move(source)), step_(std::move(step)), epoch_(epoch) {}
  std::optional<Item> next() override {
    uint64_t number = taken_++;
    std::optional<Item> item = source_->next();
    return item ? unpack(step_->run(std::move(*item), epoch_, number)) : item;
  }

 private:
  std::unique_ptr<Stream> source_;
  std::shared_ptr<MapStep> step_;
  uint64_t epoch_, taken_ = 0;
};

class ParallelMap : public Stream {
 public:
  ParallelMap(std::unique_ptr<Stream> source, std::shared_ptr<MapStep> step, uint64_t epoch,
              int workers)
      : source_(std::move(source)),
        step_(std::move(step)),
        epoch_(epoch),
        window_(2 * static_cast<uint64_t>(workers)) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  }
  ~ParallelMap() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  std::optional<Item> next() override {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return slots_.contains(given_); });
    auto slot = slots_.find(given_);
    if (!slot->second.item && !slot->second.error) return std::nullopt;  // stays: the end
    Outcome outcome = std::move(slot->second);
    slots_.erase(slot);
    ++given_;
    lock.unlock();
    room_.notify_all();
    return unpack(std::move(outcome));
  }

 private:
  void work() {
    for (;;) {
      uint64_t number;
      Outcome taken = take(number);
      if (ended(taken, number)) return;
      if (taken.item) taken = step_->run(std::move(*taken.item), epoch_, number);
      put(number, std::move(taken));
    }
  }

  // The source is asked by one worker at a time, so that numbers follow its order.
  Outcome take(uint64_t& number) {
    std::lock_guard turn(source_mutex_);
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return stop_ || taken_ < given_ + window_; });
      number = taken_;
      if (stop_ || at_end_) return {};
    }
    Outcome outcome = next_of(*source_);
    std::lock_guard lock(mutex_);
    if (outcome.item || outcome.error)
      ++taken_;
    else
      at_end_ = true;
    return outcome;
  }

  bool ended(const Outcome& taken, uint64_t number) {
    if (taken.item || taken.error) return false;
    put(number, {});
    return true;
  }

  void put(uint64_t number, Outcome outcome) {
    {
      std::lock_guard lock(mutex_);
      slots_.insert_or_assign(number, std::move(outcome));
    }
    ready_.notify_all();
  }

  std::unique_ptr<Stream> source_;
  std::shared_ptr<MapStep> step_;
  const uint64_t epoch_, window_;
  std::mutex source_mutex_, mutex_;  // in this order
  std::condition_variable ready_, room_;
  std::map<uint64_t, Outcome> slots_;
  uint64_t taken_ = 0, given_ = 0;
  bool at_end_ = false, stop_ = false;
  std::vector<std::thread> threads_;
};

class MapStage : public Stage {
 public:
  MapStage(StagePtr source, std::shared_ptr<MapStep> step, int workers)
      : source_(std::move(source)), step_(std::move(step)), workers_(workers) {}
  std::optional<size_t> size() const override { return source_->size(); }
  std::string random_step() const override {
    return step_->drew.load(std::memory_order_relaxed) ? step_->name : source_->random_step();
  }
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    std::unique_ptr<Stream> source = source_->open(epoch);
    int workers = workers_ == AUTOTUNE ? get_num_threads() : workers_;
    if (workers <= 1 && workers_ != AUTOTUNE)
      return std::make_unique<SerialMap>(std::move(source), step_, epoch);
    return std::make_unique<ParallelMap>(std::move(source), step_, epoch, workers);
  }

 private:
  StagePtr source_;
  std::shared_ptr<MapStep> step_;
  int workers_;
};

class Prefetch : public Stream {
 public:
  Prefetch(std::unique_ptr<Stream> source, size_t items)
      : source_(std::move(source)), items_(items), thread_([this] { work(); }) {}
  ~Prefetch() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  std::optional<Item> next() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty(); });
    if (!queue_.front().item && !queue_.front().error) return std::nullopt;  // stays: the end
    Outcome outcome = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return unpack(std::move(outcome));
  }

 private:
  void work() {
    for (bool more = true; more;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stop_ || queue_.size() < items_; });
        if (stop_) return;
      }
      Outcome outcome = next_of(*source_);
      more = outcome.item || outcome.error;
      {
        std::lock_guard lock(mutex_);
        queue_.push_back(std::move(outcome));
      }
      changed_.notify_all();
    }
  }

  std::unique_ptr<Stream> source_;
  const size_t items_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Outcome> queue_;
  bool stop_ = false;
  std::thread thread_;  // last: it uses the others
};

class PrefetchStage : public Stage {
 public:
  PrefetchStage(StagePtr source, size_t items) : source_(std::move(source)), items_(items) {}
  std::optional<size_t> size() const override { return source_->size(); }
  std::string random_step() const override { return source_->random_step(); }
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    return std::make_unique<Prefetch>(source_->open(epoch), items_);
  }

 private:
  StagePtr source_;
  size_t items_;
};

}  // namespace

StagePtr map_stage(StagePtr source, MapFunction function, int workers, std::string name,
                   uint64_t seed) {
  TL_CHECK(workers == AUTOTUNE || workers >= 0, "map: ", workers, " workers");
  auto step = std::make_shared<MapStep>();
  step->function = std::move(function), step->name = std::move(name), step->seed = seed;
  return std::make_shared<MapStage>(std::move(source), std::move(step), workers);
}

StagePtr prefetch_stage(StagePtr source, int items) {
  TL_CHECK(items == AUTOTUNE || items > 0, "prefetch: ", items, " elements");
  return std::make_shared<PrefetchStage>(std::move(source), items == AUTOTUNE ? 4 : items);
}

}  // namespace tealight::data::detail

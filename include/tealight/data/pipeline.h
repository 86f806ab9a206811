// A pipeline from a list to batches, as tf.data has it: every step is lazy, the order is kept, and
// results depend on seeds alone, not on how many workers there are.
//   auto train = tealight::data::from_list(paths).shuffle(paths.size(), 0)
//       .map(load, tealight::AUTOTUNE).cache()       // what is the same every time, once
//       .map(augment, tealight::AUTOTUNE)            // what is random, anew in each epoch
//       .batch(32).prefetch(tealight::AUTOTUNE);
//   for (auto& batch : train) ...                    // an epoch; the next loop is the next one
#pragma once
#include <any>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tealight/data/random.h"
#include "tealight/tensor.h"

namespace tealight {

/// As many workers, or prefetched elements, as suit this machine.
constexpr int AUTOTUNE = -1;

namespace data {

/// What a network learns from: an input and what is expected; of a batch with the batch first.
struct TL_API Example {
  Tensor data, target;
  Example() = default;
  Example(Tensor data, Tensor target) : data(std::move(data)), target(std::move(target)) {}
  Example(Tensor data, int64_t label);
};

/// Examples, or tensors, of equal sizes put together along a new first dimension.
TL_API Example collate(const std::vector<Example>&);
TL_API Tensor collate(const std::vector<Tensor>&);

namespace detail {

struct Item {
  std::any value;
  std::string name;  // for messages
  uint64_t number = 0;
};

/// One pass over what a stage gives. One thread at a time.
class TL_API Stream {
 public:
  virtual ~Stream();
  /// The next item, or nothing at the end. Throws what its making threw; the one after can then
  /// be asked for.
  virtual std::optional<Item> next() = 0;
};

class TL_API Stage {
 public:
  virtual ~Stage();
  virtual std::unique_ptr<Stream> open(uint64_t epoch) = 0;
  /// How many items a pass gives, where that is known.
  virtual std::optional<size_t> size() const = 0;
  /// The name of a step that drew random numbers, as far back as the last cache; else empty.
  virtual std::string random_step() const = 0;
};
using StagePtr = std::shared_ptr<Stage>;
using MapFunction = std::function<std::any(std::any)>;
using CollateFunction = std::function<std::any(std::vector<std::any>)>;

TL_API StagePtr list_stage(size_t size, std::function<Item(size_t)> get);
TL_API StagePtr shuffle_stage(StagePtr, size_t buffer, uint64_t seed);
TL_API StagePtr map_stage(StagePtr, MapFunction, int workers, std::string name, uint64_t seed);
TL_API StagePtr cache_stage(StagePtr);
TL_API StagePtr batch_stage(StagePtr, size_t size, bool drop_remainder, CollateFunction);
TL_API StagePtr prefetch_stage(StagePtr, int items);
TL_API StagePtr take_stage(StagePtr, size_t count);
TL_API StagePtr ignore_errors_stage(StagePtr);

template <class T>
std::string name_of(const T& value, size_t i) {
  if constexpr (std::is_same_v<T, std::filesystem::path>)
    return value.string();
  else if constexpr (std::is_convertible_v<T, std::string>)
    return value;
  else
    return "item " + std::to_string(i);
}

template <class T>
struct Batched {
  using type = std::vector<T>;
};
template <>
struct Batched<Example> {
  using type = Example;
};
template <>
struct Batched<Tensor> {
  using type = Tensor;
};

}  // namespace detail

/// A pipeline whose elements are T. A cheap handle: copies share caches and epochs. One loop over
/// it at a time.
template <class T>
class Pipeline {
 public:
  explicit Pipeline(detail::StagePtr stage, uint64_t seed = 0, int steps = 0)
      : stage_(std::move(stage)), seed_(seed), steps_(steps) {}

  /// In an order that is new in each epoch: every next element is drawn from a buffer of that many.
  Pipeline shuffle(size_t buffer, uint64_t seed = 0) const {
    return Pipeline(detail::shuffle_stage(stage_, buffer, seed), mix_seed(seed, seed_), steps_ + 1,
                    epoch_);
  }
  /// f(element), or f(element, random) with a Random of the element's own; `workers` threads call
  /// it at the same time. What throws is thrown from the loop and names the element; `name` is for
  /// messages.
  template <class F>
  auto map(F f, int workers = 1, std::string name = "") const {
    constexpr bool kWithRandom = std::is_invocable_v<F&, T, Random&>;
    using R = decltype(call<kWithRandom>(f, std::declval<T>()));
    auto apply = [f = std::move(f)](std::any value) mutable -> std::any {
      return call<kWithRandom>(f, std::any_cast<T>(std::move(value)));
    };
    if (name.empty()) name = "map " + std::to_string(steps_ + 1);
    auto stage = detail::map_stage(stage_, std::move(apply), workers, std::move(name),
                                   mix_seed(seed_, static_cast<uint64_t>(steps_)));
    return Pipeline<R>(std::move(stage), seed_, steps_ + 1, epoch_);
  }
  /// Kept in memory from the first whole pass on. Warns where a step before it is random: that
  /// would be frozen.
  Pipeline cache() const {
    return Pipeline(detail::cache_stage(stage_), seed_, steps_ + 1, epoch_);
  }
  /// Batches: an Example or a Tensor with the batch first, of other types a vector. The last one
  /// may be smaller.
  Pipeline<typename detail::Batched<T>::type> batch(size_t size,
                                                    bool drop_remainder = false) const {
    auto join = [](std::vector<std::any> items) -> std::any {
      std::vector<T> values;
      for (std::any& item : items) values.push_back(std::any_cast<T>(std::move(item)));
      if constexpr (std::is_same_v<T, Example> || std::is_same_v<T, Tensor>)
        return collate(values);
      else
        return values;
    };
    return Pipeline<typename detail::Batched<T>::type>(
        detail::batch_stage(stage_, size, drop_remainder, join), seed_, steps_ + 1, epoch_);
  }
  /// Made ahead by a thread, so many at most.
  Pipeline prefetch(int items = AUTOTUNE) const {
    return Pipeline(detail::prefetch_stage(stage_, items), seed_, steps_ + 1, epoch_);
  }
  Pipeline take(size_t count) const {
    return Pipeline(detail::take_stage(stage_, count), seed_, steps_ + 1, epoch_);
  }
  /// Leaves out elements whose making throws.
  Pipeline ignore_errors() const {
    return Pipeline(detail::ignore_errors_stage(stage_), seed_, steps_ + 1, epoch_);
  }
  /// How many elements an epoch has, where that is known.
  std::optional<size_t> size() const { return stage_->size(); }
  /// What the next loop is seeded with; a resumed run sets it.
  uint64_t epoch() const { return *epoch_; }
  void set_epoch(uint64_t epoch) { *epoch_ = epoch; }

  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    explicit Iterator(std::shared_ptr<detail::Stream> stream) : stream_(std::move(stream)) {
      ++*this;
    }
    T& operator*() { return value_; }
    T* operator->() { return &value_; }
    Iterator& operator++() {
      std::optional<detail::Item> item = stream_->next();
      if (item)
        value_ = std::any_cast<T>(std::move(item->value));
      else
        stream_.reset();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, std::default_sentinel_t) { return !a.stream_; }

   private:
    std::shared_ptr<detail::Stream> stream_;
    T value_;
  };
  /// Begins the next epoch.
  Iterator begin() const { return Iterator(stage_->open((*epoch_)++)); }
  std::default_sentinel_t end() const { return {}; }

 private:
  template <class U>
  friend class Pipeline;
  Pipeline(detail::StagePtr stage, uint64_t seed, int steps, std::shared_ptr<uint64_t> epoch)
      : stage_(std::move(stage)), seed_(seed), steps_(steps), epoch_(std::move(epoch)) {}

  template <bool with_random, class F>
  static auto call(F& f, T value) {
    if constexpr (with_random)
      return f(std::move(value), current_random());
    else
      return f(std::move(value));
  }

  detail::StagePtr stage_;
  uint64_t seed_;
  int steps_;
  std::shared_ptr<uint64_t> epoch_ = std::make_shared<uint64_t>(0);
};

/// The elements of a list, in its order.
template <class T>
Pipeline<T> from_list(std::vector<T> list) {
  auto shared = std::make_shared<const std::vector<T>>(std::move(list));
  return Pipeline<T>(detail::list_stage(shared->size(), [shared](size_t i) {
    return detail::Item{(*shared)[i], detail::name_of((*shared)[i], i), i};
  }));
}

/// The slices of tensors along their first dimension, as an Example (from_tensor_slices).
TL_API Pipeline<Example> from_tensor_slices(const Tensor& data, const Tensor& target);

/// The examples of a dataset: anything with get(i) and size().
template <class Dataset>
Pipeline<Example> from_dataset(Dataset dataset) {
  auto shared = std::make_shared<const Dataset>(std::move(dataset));
  std::vector<size_t> order(shared->size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  return from_list(std::move(order)).map([shared](size_t i) -> Example { return shared->get(i); });
}

}  // namespace data
}  // namespace tealight

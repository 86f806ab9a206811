// The stages that need no threads: lists, shuffling, caching, batches.
#include <algorithm>
#include <mutex>

#include "tealight/context.h"
#include "tealight/data/pipeline.h"
#include "tealight/ops.h"

namespace tealight::data {
namespace detail {
namespace {

/// A stage on another, which it asks what it does not know itself.
class Link : public Stage {
 public:
  explicit Link(StagePtr source) : source_(std::move(source)) {}
  std::optional<size_t> size() const override { return source_->size(); }
  std::string random_step() const override { return source_->random_step(); }

 protected:
  StagePtr source_;
};

/// A stream that is a function.
template <class F>
class FunctionStream : public Stream {
 public:
  explicit FunctionStream(F f) : f_(std::move(f)) {}
  std::optional<Item> next() override { return f_(); }

 private:
  F f_;
};
template <class F>
std::unique_ptr<Stream> stream_of(F f) {
  return std::make_unique<FunctionStream<F>>(std::move(f));
}

class ListStage : public Stage {
 public:
  ListStage(size_t size, std::function<Item(size_t)> get) : size_(size), get_(std::move(get)) {}
  std::optional<size_t> size() const override { return size_; }
  std::string random_step() const override { return ""; }
  std::unique_ptr<Stream> open(uint64_t) override {
    return stream_of([this, i = size_t{0}]() mutable -> std::optional<Item> {
      if (i == size_) return std::nullopt;
      return get_(i++);
    });
  }

 private:
  size_t size_;
  std::function<Item(size_t)> get_;
};

class ShuffleStage : public Link {
 public:
  ShuffleStage(StagePtr source, size_t buffer, uint64_t seed)
      : Link(std::move(source)), buffer_(buffer), seed_(seed) {}
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    auto draw = [this, source = source_->open(epoch), random = Random(mix_seed(seed_, epoch)),
                 held = std::vector<Item>()]() mutable -> std::optional<Item> {
      while (held.size() < buffer_) {
        std::optional<Item> item = source->next();
        if (!item) break;
        held.push_back(std::move(*item));
      }
      if (held.empty()) return std::nullopt;
      std::swap(held[random.randint(static_cast<int64_t>(held.size()))], held.back());
      Item item = std::move(held.back());
      held.pop_back();
      return item;
    };
    return stream_of(std::move(draw));
  }

 private:
  size_t buffer_;
  uint64_t seed_;
};

class CacheStage : public Link {
 public:
  using Link::Link;
  std::string random_step() const override { return ""; }
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    if (std::shared_ptr<const Items> items = kept()) {
      return stream_of([items, i = size_t{0}]() mutable -> std::optional<Item> {
        if (i == items->size()) return std::nullopt;
        return (*items)[i++];
      });
    }
    auto fill = [this, source = source_->open(epoch),
                 items = std::make_shared<Items>()]() mutable -> std::optional<Item> {
      std::optional<Item> item = source->next();
      if (item)
        items->push_back(*item);
      else
        keep(items);
      return item;
    };
    return stream_of(std::move(fill));
  }

 private:
  using Items = std::vector<Item>;

  std::shared_ptr<const Items> kept() const {
    std::lock_guard lock(mutex_);
    return items_;
  }

  void keep(std::shared_ptr<const Items> items) {
    std::lock_guard lock(mutex_);
    if (items_) return;
    items_ = std::move(items);
    std::string step = source_->random_step();
    if (!step.empty()) {
      warn("cache: the step '" + step +
           "' before it is random: what it drew in this epoch is frozen for all others; put "
           "cache() before it");
    }
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const Items> items_;
};

class BatchStage : public Link {
 public:
  BatchStage(StagePtr source, size_t size, bool drop_remainder, CollateFunction collate)
      : Link(std::move(source)), size_(size), drop_(drop_remainder), collate_(std::move(collate)) {}
  std::optional<size_t> size() const override {
    std::optional<size_t> items = source_->size();
    if (items) *items = (*items + (drop_ ? 0 : size_ - 1)) / size_;
    return items;
  }
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    auto gather = [this, source = source_->open(epoch),
                   number = uint64_t{0}]() mutable -> std::optional<Item> {
      std::vector<std::any> values;
      std::string first;
      while (values.size() < size_) {
        std::optional<Item> item = source->next();
        if (!item) break;
        if (values.empty()) first = item->name;
        values.push_back(std::move(item->value));
      }
      if (values.empty() || (drop_ && values.size() < size_)) return std::nullopt;
      std::string name = "the batch from " + first;
      try {
        return Item{collate_(std::move(values)), name, number++};
      } catch (Error& e) {
        throw Error(e).at(name);
      }
    };
    return stream_of(std::move(gather));
  }

 private:
  size_t size_;
  bool drop_;
  CollateFunction collate_;
};

class TakeStage : public Link {
 public:
  TakeStage(StagePtr source, size_t count) : Link(std::move(source)), count_(count) {}
  std::optional<size_t> size() const override {
    std::optional<size_t> items = source_->size();
    return items ? std::min(*items, count_) : items;
  }
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    auto take = [this, source = source_->open(epoch), given = size_t{0}]() mutable {
      return given++ < count_ ? source->next() : std::nullopt;
    };
    return stream_of(std::move(take));
  }

 private:
  size_t count_;
};

class IgnoreErrorsStage : public Link {
 public:
  using Link::Link;
  std::optional<size_t> size() const override { return std::nullopt; }
  std::unique_ptr<Stream> open(uint64_t epoch) override {
    return stream_of([source = source_->open(epoch)]() mutable -> std::optional<Item> {
      for (;;) {
        try {
          return source->next();
        } catch (const std::exception&) {
        }
      }
    });
  }
};

}  // namespace

Stream::~Stream() = default;
Stage::~Stage() = default;

StagePtr list_stage(size_t size, std::function<Item(size_t)> get) {
  return std::make_shared<ListStage>(size, std::move(get));
}

StagePtr shuffle_stage(StagePtr source, size_t buffer, uint64_t seed) {
  TL_CHECK(buffer > 0, "shuffle: a buffer of 0 elements; take the size of the list");
  return std::make_shared<ShuffleStage>(std::move(source), buffer, seed);
}

StagePtr cache_stage(StagePtr source) { return std::make_shared<CacheStage>(std::move(source)); }

StagePtr batch_stage(StagePtr source, size_t size, bool drop_remainder, CollateFunction collate) {
  TL_CHECK(size > 0, "batch: of 0 elements");
  return std::make_shared<BatchStage>(std::move(source), size, drop_remainder, std::move(collate));
}

StagePtr take_stage(StagePtr source, size_t count) {
  return std::make_shared<TakeStage>(std::move(source), count);
}

StagePtr ignore_errors_stage(StagePtr source) {
  return std::make_shared<IgnoreErrorsStage>(std::move(source));
}

}  // namespace detail

Example::Example(Tensor data, int64_t label)
    : data(std::move(data)), target(full({}, label, kLong)) {}

Tensor collate(const std::vector<Tensor>& tensors) {
  TL_CHECK(!tensors.empty(), "batch: of no tensors");
  for (const Tensor& tensor : tensors) {
    if (tensor.sizes() == tensors[0].sizes()) continue;
    throw Error(str("batch: elements of sizes ", tensors[0].sizes(), " and ", tensor.sizes(),
                    " do not make one tensor"))
        .fix("bring them to one size first, e.g. by Resize and CenterCrop");
  }
  return stack(tensors);
}

Example collate(const std::vector<Example>& examples) {
  std::vector<Tensor> data, target;
  for (const Example& example : examples) {
    data.push_back(example.data);
    if (example.target.defined()) target.push_back(example.target);
  }
  return {collate(data), target.empty() ? Tensor() : collate(target)};
}

Pipeline<Example> from_tensor_slices(const Tensor& data, const Tensor& target) {
  TL_CHECK(data.dim() > 0 && target.dim() > 0 && data.size(0) == target.size(0),
           "from_tensor_slices: data of sizes ", data.sizes(), " and targets of sizes ",
           target.sizes(), " do not begin with one number of items");
  return Pipeline<Example>(
      detail::list_stage(static_cast<size_t>(data.size(0)), [data, target](size_t i) {
        auto at = static_cast<int64_t>(i);
        return detail::Item{Example(data.select(0, at), target.select(0, at)), str("item ", i), i};
      }));
}

}  // namespace tealight::data

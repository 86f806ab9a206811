// OrderedDict: a dictionary that keeps the order of insertion; what names parameters, buffers and
// submodules.
#pragma once
#include <algorithm>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tealight/error.h"

namespace tealight {

template <class Key, class Value>
class OrderedDict {
 public:
  class Item {
   public:
    Item(Key key, Value value) : pair_(std::move(key), std::move(value)) {}
    Value& operator*() { return pair_.second; }
    const Value& operator*() const { return pair_.second; }
    Value* operator->() { return &pair_.second; }
    const Value* operator->() const { return &pair_.second; }
    const Key& key() const noexcept { return pair_.first; }
    Value& value() noexcept { return pair_.second; }
    const Value& value() const noexcept { return pair_.second; }
    const std::pair<Key, Value>& pair() const noexcept { return pair_; }

   private:
    std::pair<Key, Value> pair_;
  };
  using Iterator = typename std::vector<Item>::iterator;
  using ConstIterator = typename std::vector<Item>::const_iterator;

  /// `key_description` is what errors call a key: "Parameter".
  explicit OrderedDict(std::string key_description = "Key")
      : key_description_(std::move(key_description)) {}
  OrderedDict(std::initializer_list<Item> items) : OrderedDict() {
    reserve(items.size());
    for (const Item& item : items) insert(item.key(), item.value());
  }
  const std::string& key_description() const noexcept { return key_description_; }

  Item& front() { return const_cast<Item&>(std::as_const(*this).front()); }
  const Item& front() const {
    TL_CHECK(!is_empty(), "Called front() on an empty OrderedDict");
    return items_.front();
  }
  Item& back() { return const_cast<Item&>(std::as_const(*this).back()); }
  const Item& back() const {
    TL_CHECK(!is_empty(), "Called back() on an empty OrderedDict");
    return items_.back();
  }
  Item& operator[](size_t index) { return const_cast<Item&>(std::as_const(*this)[index]); }
  const Item& operator[](size_t index) const {
    TL_CHECK(index < size(), "Index ", index, " is out of bounds");
    return items_[index];
  }
  Value& operator[](const Key& key) { return const_cast<Value&>(std::as_const(*this)[key]); }
  const Value& operator[](const Key& key) const {
    const Value* value = find(key);
    TL_CHECK(value, key_description_, " '", key, "' is not defined");
    return *value;
  }
  /// Null when there is none.
  Value* find(const Key& key) noexcept {
    return const_cast<Value*>(std::as_const(*this).find(key));
  }
  const Value* find(const Key& key) const noexcept {
    const auto at = index_.find(key);
    return at == index_.end() ? nullptr : &items_[at->second].value();
  }
  bool contains(const Key& key) const noexcept { return find(key) != nullptr; }

  Iterator begin() { return items_.begin(); }
  ConstIterator begin() const { return items_.begin(); }
  Iterator end() { return items_.end(); }
  ConstIterator end() const { return items_.end(); }
  size_t size() const noexcept { return items_.size(); }
  bool is_empty() const noexcept { return items_.empty(); }
  void reserve(size_t capacity) {
    index_.reserve(capacity);
    items_.reserve(capacity);
  }

  /// Throws when the key is there already.
  template <class K, class V>
  Value& insert(K&& key, V&& value) {
    TL_CHECK(!contains(key), key_description_, " '", key, "' already defined");
    items_.emplace_back(key, std::forward<V>(value));
    index_.emplace(std::forward<K>(key), size() - 1);
    return items_.back().value();
  }
  Value& insert(Key key, Value&& value) {
    return insert<Key, Value>(std::move(key), std::move(value));
  }
  /// Inserts all of `other`'s.
  void update(OrderedDict&& other) {
    reserve(size() + other.size());
    for (Item& item : other) insert(item.key(), std::move(item.value()));
  }
  void update(const OrderedDict& other) { update(OrderedDict(other)); }
  void erase(const Key& key) {
    const auto at = index_.find(key);
    TL_CHECK(at != index_.end(), "Key '", key, "' doesn't exist");
    const size_t gone = at->second;
    index_.erase(at);
    items_.erase(items_.begin() + std::ptrdiff_t(gone));
    for (auto& [k, i] : index_)
      if (i > gone) --i;
  }
  void clear() {
    index_.clear();
    items_.clear();
  }

  const std::vector<Item>& items() const noexcept { return items_; }
  std::vector<Key> keys() const {
    return collect<Key>([](const Item& i) { return i.key(); });
  }
  std::vector<Value> values() const {
    return collect<Value>([](const Item& i) { return i.value(); });
  }
  std::vector<std::pair<Key, Value>> pairs() const {
    return collect<std::pair<Key, Value>>([](const Item& i) { return i.pair(); });
  }

  friend bool operator==(const OrderedDict& a, const OrderedDict& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Item& x, const Item& y) { return x.pair() == y.pair(); });
  }

 private:
  template <class T, class F>
  std::vector<T> collect(F f) const {
    std::vector<T> out;
    out.reserve(size());
    for (const Item& item : items_) out.push_back(f(item));
    return out;
  }
  std::unordered_map<Key, size_t> index_;
  std::vector<Item> items_;
  std::string key_description_;
};

}  // namespace tealight

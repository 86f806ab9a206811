// Dicts, classes and objects; and how nested containers end without deep recursion.
#include <algorithm>

#include "tealight/value.h"

namespace tealight {
namespace {

// While one container of this thread ends, those inside it queue here instead of ending inside each
// other: a file can nest a million lists.
thread_local std::vector<Value>* t_ending = nullptr;

bool is_container(const Value& v) {
  return v.isList() || v.isTuple() || v.isGenericDict() || v.isObject() || v.isEnum();
}

bool ends_with_us(const Value& v) { return is_container(v) && v.payload()->use_count() == 1; }

void end_queue(std::vector<Value>& queue) noexcept {
  while (!queue.empty()) {
    const Value last = std::move(queue.back());
    queue.pop_back();
  }
}

// Lets go of values of an ending container, by turns.
class Ending {
 public:
  Ending() : outermost_(!t_ending) {
    if (outermost_) t_ending = &queue_;
  }
  ~Ending() {
    if (!outermost_) return;
    end_queue(queue_);
    t_ending = nullptr;
  }
  void add(Value& v) { t_ending->push_back(std::move(v)); }

 private:
  std::vector<Value> queue_;
  bool outermost_;
};

void let_go(std::vector<Value>& items) {
  if (std::none_of(items.begin(), items.end(), ends_with_us)) return;
  Ending ending;
  for (Value& v : items) {
    if (ends_with_us(v)) ending.add(v);
  }
}

}  // namespace

ListImpl::~ListImpl() { let_go(items); }
TupleImpl::~TupleImpl() { let_go(items); }
ObjectImpl::~ObjectImpl() { let_go(slots); }
EnumImpl::~EnumImpl() {
  if (!ends_with_us(value)) return;
  Ending ending;
  ending.add(value);
}
DictImpl::~DictImpl() {
  index_.clear();
  Ending ending;
  for (auto& [key, value] : entries_) {
    if (ends_with_us(key)) ending.add(key);
    if (ends_with_us(value)) ending.add(value);
  }
}

Value* DictImpl::find(const Value& k) {
  const auto at = index_.find(k);
  return at == index_.end() ? nullptr : &entries_[at->second].second;
}

void DictImpl::insert_or_assign(Value k, Value v) {
  const auto [at, fresh] = index_.try_emplace(k, entries_.size());
  if (fresh)
    entries_.emplace_back(std::move(k), std::move(v));
  else
    entries_[at->second].second = std::move(v);
}

bool DictImpl::erase(const Value& k) {
  const auto at = index_.find(k);
  if (at == index_.end()) return false;
  const size_t gone = at->second;
  index_.erase(at);
  entries_.erase(entries_.begin() + ptrdiff_t(gone));
  for (size_t i = gone; i < entries_.size(); ++i) index_[entries_[i].first] = i;
  return true;
}

int64_t ClassType::find_attribute(std::string_view n) const {
  const auto at = std::find(attributes.begin(), attributes.end(), n);
  return at == attributes.end() ? -1 : at - attributes.begin();
}

size_t ClassType::add_attribute(std::string n, TypePtr type) {
  attributes.push_back(std::move(n));
  attribute_types.push_back(std::move(type));
  return attributes.size() - 1;
}

const Value* ObjectImpl::find_attr(std::string_view n) const {
  const int64_t slot = cls->find_attribute(n);
  return slot < 0 || size_t(slot) >= slots.size() ? nullptr : &slots[size_t(slot)];
}

const Value& ObjectImpl::attr(std::string_view n) const {
  const Value* found = find_attr(n);
  TL_CHECK(found, cls->name, " does not have a field with name '", n, "'");
  return *found;
}

void ObjectImpl::set_attr(std::string_view n, Value v) {
  int64_t slot = cls->find_attribute(n);
  if (slot < 0) slot = int64_t(cls->add_attribute(std::string(n), v.type()));
  if (size_t(slot) >= slots.size()) slots.resize(size_t(slot) + 1);
  slots[size_t(slot)] = std::move(v);
}

}  // namespace tealight

// The bytes under tensors: aligned for the widest vectors, counted against the thread's memory
// budget.
#include <cstring>
#include <new>

#include "core/context.h"
#include "core/pages.h"
#include "tealight/tensor.h"

namespace tealight {
namespace {

constexpr std::align_val_t kAlignment{64};

constinit std::atomic<uint64_t> serials{0};

void* allocate(size_t nbytes) {
  if (nbytes == 0) return nullptr;
  void* data = ::operator new(nbytes, kAlignment, std::nothrow);
  TL_CHECK(data, "Storage: could not allocate ", nbytes, " bytes of memory");
  return data;
}

void free_bytes(void* data) { ::operator delete(data, kAlignment); }

}  // namespace

intrusive_ptr<MemoryBudget> charge_memory_budget(size_t nbytes) {
  intrusive_ptr<MemoryBudget> budget(current_memory_budget());
  if (budget && !budget->take(nbytes)) {
    fail(str("Storage: ", nbytes, " bytes more than the ", budget->used.load(),
             " in use pass the memory budget of ", budget->limit, " bytes"),
         ErrorKind::cancelled);
  }
  return budget;
}

Storage::Storage(size_t nbytes)
    : nbytes_(nbytes),
      serial_(serials.fetch_add(1, std::memory_order_relaxed)),
      budget_(charge_memory_budget(nbytes)) {
  try {
    data_ = allocate(nbytes);
  } catch (...) {
    if (budget_) budget_->give_back(nbytes);
    throw;
  }
}

Storage::Storage(void* data, size_t nbytes, std::function<void(void*)> deleter, bool resizable)
    : data_(data),
      nbytes_(nbytes),
      deleter_(std::move(deleter)),
      serial_(serials.fetch_add(1, std::memory_order_relaxed)),
      borrowed_(true),
      resizable_(resizable) {}

intrusive_ptr<Storage> Storage::placeholder(size_t nbytes) {
  auto s = make_intrusive<Storage>(nullptr, nbytes, nullptr);
  s->placeholder_ = true;
  return s;
}

uint64_t Storage::next_serial() { return serials.load(std::memory_order_relaxed); }

intrusive_ptr<Storage> Storage::take_bytes() {
  TL_CHECK(!borrowed_ && !placeholder_, "take_bytes: the storage's bytes are not its own");
  auto taken = make_intrusive<Storage>(nullptr, nbytes_, nullptr);
  std::swap(taken->data_, data_);
  std::swap(taken->borrowed_, borrowed_);
  std::swap(taken->budget_, budget_);
  taken->resizable_ = resizable_;
  placeholder_ = true;
  return taken;
}

intrusive_ptr_target& Storage::attachment(intrusive_ptr<intrusive_ptr_target> (*make)()) {
  intrusive_ptr_target* kept = attachment_.load(std::memory_order_acquire);
  if (kept) return *kept;
  intrusive_ptr_target* made = make().detach();
  if (attachment_.compare_exchange_strong(kept, made, std::memory_order_acq_rel)) return *made;
  made->release();
  return *kept;
}

Storage::~Storage() {
  if (intrusive_ptr_target* kept = attachment_.load(std::memory_order_acquire)) kept->release();
  if (deleter_)
    deleter_(data_);
  else if (!borrowed_)
    free_bytes(data_);
  if (budget_) budget_->give_back(nbytes_);
}

void Storage::resize(size_t nbytes) {
  if (nbytes == nbytes_) return;
  TL_CHECK(resizable_, "Trying to resize storage that is not resizable: its ", nbytes_,
           " bytes belong to somebody else");
  Storage other(nbytes);
  if (const size_t kept = std::min(nbytes, nbytes_)) std::memcpy(other.data_, data_, kept);
  std::swap(data_, other.data_);
  std::swap(nbytes_, other.nbytes_);
  std::swap(deleter_, other.deleter_);
  std::swap(borrowed_, other.borrowed_);
  std::swap(budget_, other.budget_);
}

}  // namespace tealight

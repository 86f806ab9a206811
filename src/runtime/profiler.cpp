#include "runtime/profiler.h"

namespace tealight {

// The call that runs; ended by an exception as well.
struct Profiler::Open {
  Profiler& p;
  const int number, outer;
  explicit Open(Profiler& profiler)
      : p(profiler), number(int(p.calls_.size()) - 1), outer(p.open_) {
    p.open_ = number;
    p.calls_.back().start = p.now();
  }
  ~Open() {
    Call& c = p.calls_[size_t(number)];
    c.end = p.now();
    p.open_ = outer;
    if (outer >= 0) p.calls_[size_t(outer)].inside += c.total();
  }
};

void Profiler::call(const Overload& o, std::vector<Value>& stack) {
  if (calls_.size() >= max_calls_) {
    ++dropped_;
    return call_inside(*this, o, stack);
  }
  calls_.push_back({&o, open_, places_.add(current_place()), note_tensors(o.schema, stack)});
  Open open(*this);
  call_inside(*this, o, stack);
}

size_t Profiler::note_tensors(const FunctionSchema& schema, Args args) {
  const size_t begin = tensors_.size();
  tensors_.push_back(0);
  for (const Tensor* t : tensors_of(schema, args)) {
    if (!t) continue;
    ++tensors_[begin];
    tensors_.push_back(int64_t(t->scalar_type()));
    tensors_.push_back(t->dim());
    for (int64_t n : t->sizes()) tensors_.push_back(n);
  }
  return begin;
}

std::vector<std::string> Profiler::shapes(const Call& c) const {
  std::vector<std::string> out;
  const int64_t* at = &tensors_[c.tensors];
  for (int64_t left = *at++; left > 0; --left) {
    const std::string dtype(python_name(ScalarType(*at++)));
    const int64_t rank = *at++;
    out.push_back(str(dtype, IntArrayRef(at, size_t(rank))));
    at += rank;
  }
  return out;
}

void Profiler::clear() {
  calls_.clear();
  tensors_.clear();
  dropped_ = 0;
  open_ = -1;
  began_ = std::chrono::steady_clock::now();
}

}  // namespace tealight

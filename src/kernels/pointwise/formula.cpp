#include "kernels/pointwise/formula.h"

#include <atomic>

namespace tealight {
namespace {

constexpr int64_t kBlock = 512;

// One run of the innermost dimension. Operands that lie in memory as the loop wants them are passed as they are, the
// others go through a block on the stack.
class Row {
 public:
  explicit Row(const PointwiseTask& t) : t_(t), size_(int64_t(compute_size(t.compute))) {
    for (size_t k = 0; k < t.shape.operands; ++k) direct_[k] = same_memory(t.compute, t.dtypes[k]) && t.shape.inner_stride(k) == size_;
  }

  const char* run(char* const* p, int64_t n) const {
    alignas(64) char blocks[kMaxOperands][kBlock * 16];
    bool all_direct = true;
    for (size_t k = 0; k < t_.shape.operands; ++k) all_direct = all_direct && direct_[k];
    const int64_t step = all_direct ? n : kBlock;
    for (int64_t i = 0; i < n; i += step) {
      const int64_t m = std::min(step, n - i);
      const void* in[kMaxOperands];
      for (size_t k = 1; k < t_.shape.operands; ++k) in[k - 1] = input(k, p[k], i, m, blocks[k]);
      void* out = direct_[0] ? p[0] + i * size_ : blocks[0];
      if (const char* wrong = t_.loop(in, out, m)) return wrong;
      if (!direct_[0]) store_block(t_.compute, out, t_.dtypes[0], p[0] + i * t_.shape.inner_stride(0), t_.shape.inner_stride(0), m);
    }
    return nullptr;
  }

 private:
  const void* input(size_t k, char* p, int64_t i, int64_t m, char* block) const {
    if (direct_[k]) return p + i * size_;
    const int64_t stride = t_.shape.inner_stride(k);
    if (stride != 0 || i == 0) load_block(t_.compute, block, t_.dtypes[k], p + i * stride, stride, m);
    return block;  // a broadcast value fills its block once: later pieces are not longer than the first
  }
  const PointwiseTask& t_;
  int64_t size_;
  std::array<bool, kMaxOperands> direct_{};
};

}  // namespace

const char* PointwiseTask::run(std::span<char* const> bases) const {
  std::atomic<const char*> wrong{nullptr};
  const Row row(*this);
  for_each_row(shape, bases, [&](char* const* p, int64_t n) {
    if (const char* w = row.run(p, n)) wrong = w;
  }, 2);
  return wrong;
}

}  // namespace tealight

#include "kernels/pointwise/formula.h"

#include <atomic>
#include <cmath>

namespace tealight {
namespace {

constexpr int64_t kBlock = 512;

void dequantize(float* x, const PointwiseOperand& o, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] = (x[i] - o.zero_point) * o.scale;
}

void quantize(float* x, const PointwiseOperand& o, int64_t n) {
  const bool is_signed = o.dtype != kQUInt8;
  const float lo = o.dtype == kQInt32 ? -2147483648.f : is_signed ? -128.f : 0.f;
  const float hi = o.dtype == kQInt32 ? 2147483520.f : is_signed ? 127.f : 255.f;
  const float inverse = 1.f / o.scale;
  for (int64_t i = 0; i < n; ++i)
    x[i] = std::fmin(hi, std::fmax(lo, std::nearbyint(x[i] * inverse) + o.zero_point));
}

// One run of the innermost dimension. Operands that lie in memory as the loop wants them are passed
// as they are, the others go through a block on the stack.
class Row {
 public:
  explicit Row(const PointwiseTask& t) : t_(t), size_(int64_t(compute_size(t.compute))) {
    for (size_t k = 0; k < t.shape.operands; ++k) {
      direct_[k] = same_memory(t.compute, t.operands[k].dtype) && t.shape.inner_stride(k) == size_;
      all_direct_ = all_direct_ && direct_[k];
    }
  }

  const char* run(char* const* p, int64_t n) const {
    if (all_direct_) {
      const void* in[kMaxOperands];
      for (size_t k = 1; k < t_.shape.operands; ++k) in[k - 1] = p[k];
      return t_.loop(in, p[0], n);
    }
    return compute_size(t_.compute) == 16 ? run_blocks<16>(p, n) : run_blocks<8>(p, n);
  }

 private:
  template <size_t Size>
  const char* run_blocks(char* const* p, int64_t n) const {
    alignas(64) char blocks[kMaxOperands][kBlock * Size];
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = std::min(kBlock, n - i);
      const void* in[kMaxOperands];
      for (size_t k = 1; k < t_.shape.operands; ++k) in[k - 1] = input(k, p[k], i, m, blocks[k]);
      void* out = direct_[0] ? p[0] + i * size_ : blocks[0];
      if (const char* wrong = t_.loop(in, out, m)) return wrong;
      if (!direct_[0]) store(p[0], i, m, out);
    }
    return nullptr;
  }

  const void* input(size_t k, char* p, int64_t i, int64_t m, char* block) const {
    if (direct_[k]) return p + i * size_;
    const int64_t stride = t_.shape.inner_stride(k);
    if (stride == 0 && i > 0)
      return block;  // filled already; later pieces are not longer than the first
    const PointwiseOperand& o = t_.operands[k];
    load_block(t_.compute, block, o.dtype, p + i * stride, stride, m);
    if (o.through != ScalarType::Undefined) {
      alignas(64) char narrow[kBlock * 8];
      const int64_t size = int64_t(element_size(o.through));
      store_block(t_.compute, block, o.through, narrow, size, m);
      load_block(t_.compute, block, o.through, narrow, size, m);
    }
    if (o.scale != 0) dequantize(reinterpret_cast<float*>(block), o, m);
    return block;
  }

  void store(char* p, int64_t i, int64_t m, void* block) const {
    const PointwiseOperand& o = t_.operands[0];
    if (o.scale != 0) quantize(static_cast<float*>(block), o, m);
    store_block(t_.compute, block, o.dtype, p + i * t_.shape.inner_stride(0),
                t_.shape.inner_stride(0), m);
  }

  const PointwiseTask& t_;
  int64_t size_;
  std::array<bool, kMaxOperands> direct_{};
  bool all_direct_ = true;
};

}  // namespace

const char* PointwiseTask::run(std::span<char* const> bases) const {
  std::atomic<const char*> wrong{nullptr};
  const Row row(*this);
  for_each_row(
      shape, bases,
      [&](char* const* p, int64_t n) {
        if (const char* w = row.run(p, n)) wrong = w;
      },
      2);
  return wrong;
}

}  // namespace tealight

#include "kernels/pointwise/strided.h"

#include <numeric>

namespace tealight {
namespace {

// Below this many elements (of unit cost) a second thread does not pay.
constexpr int64_t kGrain = 32768;

// Whether dimension a should lie inside b, by the first operand that can tell.
bool inside(const StridedShape& s, size_t a, size_t b) {
  for (size_t k = 0; k < s.operands; ++k) {
    const int64_t x = std::abs(s.strides[k][a]), y = std::abs(s.strides[k][b]);
    if (x && y && x != y) return x < y;
  }
  return a > b;
}

void permute(StridedShape& s, const std::vector<size_t>& order) {
  const StridedShape old = s;
  for (size_t d = 0; d < order.size(); ++d) {
    s.sizes[d] = old.sizes[order[d]];
    for (size_t k = 0; k < s.operands; ++k) s.strides[k][d] = old.strides[k][order[d]];
  }
}

void drop(StridedShape& s, size_t d) {
  s.sizes.erase(d);
  for (size_t k = 0; k < s.operands; ++k) s.strides[k].erase(d);
}

bool mergeable(const StridedShape& s, size_t outer) {
  for (size_t k = 0; k < s.operands; ++k)
    if (s.strides[k][outer] != s.strides[k][outer + 1] * s.sizes[outer + 1]) return false;
  return true;
}

}  // namespace

int64_t StridedShape::numel() const {
  int64_t n = 1;
  for (int64_t s : sizes) n *= s;
  return n;
}

void StridedShape::simplify() {
  for (size_t d = sizes.size(); d-- > 0;)
    if (sizes[d] == 1) drop(*this, d);
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  // Insertion sort: `inside` is no strict weak order when operands disagree, which std::sort may
  // not be given.
  for (size_t i = 1; i < order.size(); ++i)
    for (size_t j = i; j > 0 && inside(*this, order[j - 1], order[j]); --j)
      std::swap(order[j - 1], order[j]);
  permute(*this, order);
  for (size_t d = sizes.size(); d-- > 1;) {
    if (!mergeable(*this, d - 1)) continue;
    sizes[d - 1] *= sizes[d];
    for (size_t k = 0; k < operands; ++k) strides[k][d - 1] = strides[k][d];
    drop(*this, d);
  }
}

void for_each_row(const StridedShape& s, std::span<char* const> bases,
                  FunctionRef<void(char* const*, int64_t)> body, int64_t cost) {
  const int64_t total = s.numel(), inner = s.inner();
  if (total == 0) return;
  const size_t outer_dims = s.sizes.empty() ? 0 : s.sizes.size() - 1, operands = s.operands;
  parallel_for(0, total, std::max<int64_t>(1, kGrain / cost), [&](int64_t begin, int64_t end) {
    std::array<char*, kMaxOperands> row{}, p{};  // where the row begins, and the run in it
    DimVector place(outer_dims, 0);
    for (size_t k = 0; k < operands; ++k) row[k] = bases[k];
    int64_t rest = begin / inner, column = begin % inner;
    for (size_t d = outer_dims; d-- > 0;) {
      place[d] = rest % s.sizes[d];
      rest /= s.sizes[d];
      for (size_t k = 0; k < operands; ++k) row[k] += place[d] * s.strides[k][d];
    }
    for (int64_t at = begin; at < end; column = 0) {
      const int64_t n = std::min(inner - column, end - at);
      for (size_t k = 0; k < operands; ++k) p[k] = row[k] + column * s.inner_stride(k);
      body(p.data(), n);
      at += n;
      for (size_t d = outer_dims; d-- > 0;) {
        const bool wraps = ++place[d] == s.sizes[d];
        const int64_t steps = wraps ? 1 - s.sizes[d] : 1;
        for (size_t k = 0; k < operands; ++k) row[k] += steps * s.strides[k][d];
        if (!wraps) break;
        place[d] = 0;
      }
    }
  });
}

}  // namespace tealight

#include "kernels/pointwise/transpose.h"

#include <algorithm>
#include <cstring>

#include "kernels/simd/transpose.h"

namespace tealight::kernels {
namespace {

typedef uint32_t Four __attribute__((vector_size(16)));

inline Four load(const uint32_t* p) {
  Four v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void store(Four v, uint32_t* p) { std::memcpy(p, &v, sizeof v); }

void transpose_plainly(int64_t rows, int64_t columns, const uint32_t* from, int64_t from_stride,
                       uint32_t* to, int64_t to_stride) {
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t r = 0; r < rows; ++r) to[c * to_stride + r] = from[r * from_stride + c];
}

// Four rows; whole cache lines of them at a time.
void transpose_4_rows(int64_t columns, const uint32_t* from, int64_t from_stride, uint32_t* to,
                      int64_t to_stride) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4) {
    Four v[4];
    for (int r = 0; r < 4; ++r) v[r] = load(from + r * from_stride + c);
    transpose_4x4(v);
    for (int r = 0; r < 4; ++r) store(v[r], to + (c + r) * to_stride);
  }
  transpose_plainly(4, columns - c, from + c, from_stride, to + c * to_stride, to_stride);
}

// Red, green and blue planes to pixels: each store of four elements is overwritten in its last by
// the next, so the last pixels go one by one.
void interleave_3(int64_t n, const uint32_t* from, int64_t plane, uint32_t* to) {
  int64_t i = 0;
  for (; i + 5 <= n; i += 4) {
    Four v[4] = {load(from + i), load(from + plane + i), load(from + 2 * plane + i), Four{}};
    transpose_4x4(v);
    for (int k = 0; k < 4; ++k) store(v[k], to + 3 * (i + k));
  }
  transpose_plainly(3, n - i, from + i, plane, to + 3 * i, 3);
}
// And back: each load reads the next pixel's first element, too.
void deinterleave_3(int64_t n, const uint32_t* from, uint32_t* to, int64_t plane) {
  int64_t i = 0;
  for (; i + 5 <= n; i += 4) {
    Four v[4];
    for (int k = 0; k < 4; ++k) v[k] = load(from + 3 * (i + k));
    transpose_4x4(v);
    for (int c = 0; c < 3; ++c) store(v[c], to + c * plane + i);
  }
  transpose_plainly(n - i, 3, from + 3 * i, 3, to + i, plane);
}

}  // namespace

void transpose_u32(int64_t rows, int64_t columns, const uint32_t* from, int64_t from_stride,
                   uint32_t* to, int64_t to_stride) {
  if (rows == 3 && to_stride == 3) return interleave_3(columns, from, from_stride, to);
  if (columns == 3 && from_stride == 3) return deinterleave_3(rows, from, to, to_stride);
  constexpr int64_t kTile = 16;  // columns: a cache line of each row
  for (int64_t c = 0; c < columns; c += kTile) {
    const int64_t n = std::min(kTile, columns - c);
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4)
      transpose_4_rows(n, from + r * from_stride + c, from_stride, to + c * to_stride + r,
                       to_stride);
    transpose_plainly(rows - r, n, from + r * from_stride + c, from_stride, to + c * to_stride + r,
                      to_stride);
  }
}

}  // namespace tealight::kernels

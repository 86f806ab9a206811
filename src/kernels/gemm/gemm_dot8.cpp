#include "kernels/gemm/gemm_dot8.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#ifndef TL_DOT8  // the first time through
namespace tealight::kernels {
struct Dot8Routines {
  int lanes, offset, rows, vectors;  // of one tile
  void (*block)(const Dot8Problem&, const uint8_t* const* rows, int64_t first, int64_t last,
                int64_t first_vector, int64_t last_vector);
};
constexpr int64_t kDot8BlockRows = 112;  // their addresses are found once for all columns
}  // namespace tealight::kernels
#endif

#define TL_THIS_FILE "kernels/gemm/gemm_dot8.cpp"
#include "kernels/gemm/dot8.h"

#if !TL_ONCE
namespace tealight::TL_DOT8 {
namespace {

using kernels::Dot8Problem;
using V = Bytes::V;

// Registers: 32 hold 14 x 2 (512 bits) or 6 x 4 (128 bits) sums, 16 hold 6 x 2.
constexpr int kLanes = Bytes::lanes, kRows = Bytes::width == 64 ? 14 : 6,
              kVectors = Bytes::width == 16 ? 4 : 2;

// `n` bytes, fewer than a vector has.
TL_INLINE void copy_some(uint8_t* to, const uint8_t* from, int64_t n) {
  if (n >= 16) {
    std::memcpy(to, from, 16);
    if (n > 16) std::memcpy(to + n - 16, from + n - 16, 16);
  } else if (n >= 8) {
    std::memcpy(to, from, 8), std::memcpy(to + n - 8, from + n - 8, 8);
  } else if (n >= 4) {
    std::memcpy(to, from, 4), std::memcpy(to + n - 4, from + n - 4, 4);
  } else {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i];
  }
}

// Sums of a tile, [row][vectors][lanes], to bytes. Two vectors of two rows at a time.
template <int NV>
void finish_bytes(const Dot8Problem& p, const int32_t* sums, int64_t column, int64_t rows,
                  uint8_t* out) {
  constexpr int kWidth = NV * kLanes, kPair = NV > 1 ? 2 * kLanes : kLanes;
  const kernels::ByteRange range = p.range;
  const bool full = NV > 1 && p.weights->columns - column >= kWidth;
  for (int64_t i = 0; i < rows; i += 2) {
    const int64_t other = i + 1 < rows ? 1 : 0;  // an odd row is its own partner
    const int32_t* const at = sums + i * kWidth;
    uint8_t* const to = out + i * p.out_step;
#pragma GCC unroll 2
    for (int v = 0; v < NV; v += 2) {
      V rounded[2][2];
#pragma GCC unroll 2
      for (int r = 0; r < 2; ++r)
#pragma GCC unroll 2
        for (int j = 0; j < 2; ++j) {
          const int vector = v + j < NV ? v + j : v;
          rounded[r][j] = Bytes::round(Bytes::load(at + r * other * kWidth + vector * kLanes),
                                       p.scale + column + vector * kLanes);
        }
      uint8_t *const a = to + v * kLanes, *const b = a + other * p.out_step;
      if (full) {
        Bytes::store_rows(rounded[0], rounded[1], range, a, b);
      } else {
        uint8_t some[2][2 * kLanes];
        const int64_t left = p.weights->columns - column - v * kLanes;
        Bytes::store_rows(rounded[0], rounded[1], range, some[0], some[1]);
        copy_some(a, some[0], left < kPair ? left : kPair);
        copy_some(b, some[1], left < kPair ? left : kPair);
      }
    }
  }
}

template <int NV>
void finish_reals(const Dot8Problem& p, const int32_t* sums, int64_t column, int64_t rows,
                  float* out) {
  const float least = p.relu ? 0.f : -HUGE_VALF;
  for (int64_t i = 0; i < rows; ++i, out += p.out_step)
    for (int v = 0; v < NV; ++v, sums += kLanes) {
      const int64_t at = column + v * kLanes, left = p.weights->columns - at;
      float some[kLanes], *const to = out + v * kLanes;
      Bytes::store_real(left >= kLanes ? to : some, Bytes::load(sums), p.scale + at, p.bias + at,
                        least);
      for (int64_t k = 0; left < kLanes && k < left; ++k) to[k] = some[k];
    }
}

// Rows `a` (runs at p.tap from there) times NV vectors of columns, of which `vector` is the first.
// Loops over the sums are unrolled to the last and these used for nothing else, else gcc keeps them
// in memory.
template <int MR, int NV>
void tile(const Dot8Problem& p, const uint8_t* const* a, int64_t vector, int32_t* sums) {
  const int64_t quads = ceil_div(p.weights->run, 4), stride = p.weights->quads() * Bytes::width;
  const int64_t column = vector * kLanes, taps = p.weights->taps;
  const std::byte* b = static_cast<const std::byte*>(p.packed) + vector * stride;
  V sum[MR][NV];
#pragma GCC unroll 14
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) sum[row][v] = Bytes::load(p.start + column + v * kLanes);
  const uint8_t* at[MR];
#pragma GCC unroll 14
  for (int row = 0; row < MR; ++row) at[row] = a[row];
  for (int64_t t = 0; t < taps; ++t) {
    const int64_t begin = p.tap[t], end = begin + quads * 4;
    for (int64_t k = begin; k < end; k += 4) {
      V w[NV];
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) w[v] = Bytes::load(b + v * stride);
#pragma GCC unroll 14
      for (int row = 0; row < MR; ++row) {
        const V x = Bytes::repeat4(at[row] + k);
#pragma GCC unroll 4
        for (int v = 0; v < NV; ++v) sum[row][v] = Bytes::dot(sum[row][v], x, w[v]);
      }
      b += Bytes::width;
    }
  }
#pragma GCC unroll 14
  for (int row = 0; row < MR; ++row)
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) Bytes::store(sums + (row * NV + v) * kLanes, sum[row][v]);
}

using Tile = void (*)(const Dot8Problem&, const uint8_t* const*, int64_t, int32_t*);
template <int NV>
inline constexpr Tile tiles[] = {
    tile<1, NV>,
    tile<2, NV>,
    tile<4, NV>,
    tile<6, NV>,
    tile < kRows<8 ? 6 : 8, NV>,
    tile < kRows<10 ? 6 : 10, NV>,
    tile < kRows<12 ? 6 : 12, NV>,
    tile < kRows<14 ? 6 : 14, NV>,
};

// Some rows (at most kBlockRows) with one panel of NV vectors.
template <int NV>
void panel(const Dot8Problem& p, const uint8_t* const* rows, int64_t first, int64_t last,
           int64_t vector) {
  alignas(64) int32_t sums[kRows * NV * kLanes];
  for (int64_t m = first; m < last; m += kRows) {
    const int64_t n = last - m < kRows ? last - m : kRows, column = vector * kLanes;
    tiles<NV>[n == 1 ? 0 : (n + 1) / 2](p, rows + (m - first), vector, sums);
    if (p.bytes)
      finish_bytes<NV>(p, sums, column, n, p.bytes + m * p.out_step + column);
    else
      finish_reals<NV>(p, sums, column, n, p.reals + m * p.out_step + column);
  }
}

// `rows`: the addresses of rows first ... last and of the last one kRows times more.
void block(const Dot8Problem& p, const uint8_t* const* rows, int64_t first, int64_t last,
           int64_t first_vector, int64_t last_vector) {
  int64_t v = first_vector;
  for (; v + kVectors <= last_vector; v += kVectors) panel<kVectors>(p, rows, first, last, v);
  if (kVectors > 2 && v + 2 <= last_vector) panel<2>(p, rows, first, last, v), v += 2;
  if (v < last_vector) panel<1>(p, rows, first, last, v);
}

}  // namespace
inline constexpr kernels::Dot8Routines dot8_routines{kLanes, Bytes::width == 16 ? 128 : 0, kRows,
                                                     kVectors, block};
}  // namespace tealight::TL_DOT8
#else
namespace tealight::kernels {
namespace {

constexpr const Dot8Routines* table[] = TL_PER_DOT8(dot8_routines);

// Addresses of rows one after the other.
class RowWalk {
 public:
  RowWalk(const Dot8Problem& p, int64_t row) : p_(p) {
    for (int d = 2; d >= 0; --d) at_[d] = row % p.size[d], row /= p.size[d];
    image_ = row;
  }
  const uint8_t* next() {
    const uint8_t* const a = p_.a + image_ * p_.step[0] + at_[0] * p_.step[1] +
                             at_[1] * p_.step[2] + at_[2] * p_.step[3];
    if (++at_[2] == p_.size[2]) {
      at_[2] = 0;
      if (++at_[1] == p_.size[1]) {
        at_[1] = 0;
        if (++at_[0] == p_.size[0]) at_[0] = 0, ++image_;
      }
    }
    return a;
  }

 private:
  const Dot8Problem& p_;
  int64_t at_[3], image_;
};

}  // namespace

int64_t dot8_lanes(unsigned dot8) { return table[dot8]->lanes; }
int32_t dot8_offset(unsigned dot8) { return table[dot8]->offset; }

void Dot8Weights::pack(FunctionRef<int8_t(int64_t, int64_t, int64_t)> weight, void* packed) const {
  const int64_t lanes = dot8_lanes(dot8), steps = ceil_div(run, 4);
  int8_t* out = static_cast<int8_t*>(packed);
  int32_t* column_sums = static_cast<int32_t*>(packed) + padded_columns() * quads();
  std::fill_n(out, bytes(), int8_t(0));
  for (int64_t n = 0; n < columns; ++n) {
    int8_t* const column = out + (n / lanes * quads() * lanes + n % lanes) * 4;
    for (int64_t t = 0; t < taps; ++t)
      for (int64_t k = 0; k < run; ++k) {
        const int8_t w = weight(t, k, n);
        column[(t * steps + k / 4) * lanes * 4 + k % 4] = w;
        column_sums[n] += w;
      }
  }
}

void dot8_block(const Dot8Problem& p, int64_t first, int64_t last, int64_t first_vector,
                int64_t last_vector) {
  const Dot8Routines& kind = *table[p.weights->dot8];
  constexpr int64_t kMostRows = 16;
  const uint8_t* rows[kDot8BlockRows + kMostRows];
  for (int64_t m = first; m < last; m += kDot8BlockRows) {
    const int64_t n = std::min(kDot8BlockRows, last - m);
    RowWalk walk(p, m);
    for (int64_t i = 0; i < n; ++i) rows[i] = walk.next();
    std::fill_n(rows + n, kMostRows, rows[n - 1]);
    kind.block(p, rows, m, m + n, first_vector, last_vector);
  }
}

void dot8_gemm(const Dot8Problem& p) {
  if (p.rows <= 0 || p.weights->columns <= 0) return;
  const Dot8Routines& kind = *table[p.weights->dot8];
  const int64_t vectors = p.weights->padded_columns() / kind.lanes, chunk = 4 * kind.vectors;
  const int64_t blocks = ceil_div(p.rows, kDot8BlockRows), chunks = ceil_div(vectors, chunk);
  // about 65536 vector products are worth a thread
  const double work = double(std::min(p.rows, kDot8BlockRows)) * double(std::min(vectors, chunk)) *
                      double(p.weights->quads() + 8);
  const int64_t grain = int64_t(std::clamp(65536 / work, 1., 1e9));
  parallel_for(0, blocks * chunks, grain, [&](int64_t task, int64_t end) {
    for (; task < end; ++task) {
      const int64_t m = task / chunks * kDot8BlockRows, v = task % chunks * chunk;
      dot8_block(p, m, std::min(m + kDot8BlockRows, p.rows), v, std::min(v + chunk, vectors));
    }
  });
}

}  // namespace tealight::kernels
#endif

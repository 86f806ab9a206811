#include "kernels/attention/attention.h"

#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/simd/transpose.h"
#define TL_THIS_FILE "kernels/attention/attention.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/attention/task.h"
#include "kernels/gemm/tile_nhwc-inl.h"
#include "kernels/norm/lanes-inl.h"
#include "kernels/norm/softmax-inl.h"

namespace tealight::TL_ISA {

// The greatest score of a row, which is filled up with -inf to a whole number of vectors. (A NaN
// may get lost here, not in the weights.)
inline float greatest_score(int64_t n, float* x) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  const int64_t whole = n / lanes * lanes;
  if (whole < n) keep_first(f32v::load(x + whole), n - whole, -HUGE_VALF).store(x + whole);
  const f32v infinity(HUGE_VALF);
  f32v even(-HUGE_VALF), odd(-HUGE_VALF);
  int64_t i = 0;
  for (; i + lanes < n; i += 2 * lanes) {
    even = clamp(f32v::load(x + i), even, infinity);
    odd = clamp(f32v::load(x + i + lanes), odd, infinity);
  }
  if (i < n) even = clamp(f32v::load(x + i), even, infinity);
  return hmax(max(even, odd));
}

// Scores to e^(score - greatest); returns their sum.
inline float softmax_weights(int64_t n, float greatest, float* x) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  const auto weigh = [=](int64_t i) {
    const f32v e = exp_nonpositive(f32v::load(x + i) - f32v(greatest));
    e.store(x + i);
    return e;
  };
  f32v even(0.f), odd(0.f);
  int64_t i = 0;
  for (; i + lanes < n; i += 2 * lanes) {
    even += weigh(i);
    odd += weigh(i + lanes);
  }
  if (i < n) even += weigh(i);
  return hsum(even + odd);
}

inline void add_mask(int64_t n, const kernels::AttentionMask& mask, int64_t offset, float* x) {
  if (mask.bytes) {
    const uint8_t* keep = static_cast<const uint8_t*>(mask.data) + offset;
    for (int64_t i = 0; i < n; ++i)
      if (!keep[i * mask.key]) x[i] = -HUGE_VALF;
  } else {
    const float* more = static_cast<const float*>(mask.data) + offset;
    for (int64_t i = 0; i < n; ++i) x[i] += more[i * mask.key];
  }
}

// K transposed and scaled, V as it is, both as panels of columns.
inline void pack_head(const kernels::AttentionTask& t, const float* k, const float* v) {
  const kernels::AttentionShape& s = t.shape;
  const kernels::ColumnPanels keys = pixel_panels(s.keys), values = pixel_panels(s.value_size);
  float* to = t.keys;
  for (int64_t panel = 0; panel < keys.count; ++panel) {
    const int64_t first = keys.column(panel), width = keys.width(panel),
                  used = s.keys - first < width ? s.keys - first : width;
    const float* from = k + first * s.k.token;
    transpose_scaled(used, s.size, from, s.k.token, s.scale, to, width);
    for (int64_t d = 0; d < s.size; ++d)
      for (int64_t i = used; i < width; ++i) to[d * width + i] = 0;
    to += s.size * width;
  }
  to = t.values;
  for (int64_t panel = 0; panel < values.count; ++panel) {
    const int64_t first = values.column(panel), width = values.width(panel);
    const size_t used = size_t(s.value_size - first < width ? s.value_size - first : width);
    for (int64_t i = 0; i < s.keys; ++i, to += width) {
      size_t c = 0;
      for (; c + f32v::lanes <= used; c += f32v::lanes)
        f32v::load(v + i * s.v.token + first + int64_t(c)).store(to + c);
      if (c < used)
        f32v::load_partial(v + i * s.v.token + first + int64_t(c), used - c).store(to + c);
    }
  }
}

// Queries [first, last) of one head whose keys and values are packed.
inline void attend(const kernels::AttentionTask& t, int64_t batch, int64_t head, int64_t first,
                   int64_t last) {
  const kernels::AttentionShape& s = t.shape;
  const float* q = t.q + batch * s.q.batch + head * s.q.head + first * s.q.token;
  float* out = t.out + batch * s.out.batch + head * s.out.head + first * s.out.token;
  const int64_t rows = last - first, row_step = kernels::score_row(s.keys);
  float greatest[kernels::kAttentionRows], sum[kernels::kAttentionRows];
  pixel_product(rows, s.size, s.keys, q, s.q.token, t.keys, t.scores, row_step, {});
  for (int64_t row = 0; row < rows && t.mask.data; ++row)
    add_mask(s.keys, t.mask,
             batch * t.mask.batch + head * t.mask.head + (first + row) * t.mask.query,
             t.scores + row * row_step);
  for (int64_t row = 0; row < rows; ++row)
    greatest[row] = greatest_score(s.keys, t.scores + row * row_step);
  for (int64_t row = 0; row < rows; ++row)
    sum[row] = softmax_weights(s.keys, greatest[row], t.scores + row * row_step);
  pixel_product(rows, s.keys, s.value_size, t.scores, row_step, t.values, out, s.out.token, {});
  for (int64_t row = 0; row < rows; ++row) {
    float* y = out + row * s.out.token;
    const f32v factor(1 / sum[row]);
    size_t c = 0;
    for (; c + f32v::lanes <= size_t(s.value_size); c += f32v::lanes)
      (f32v::load(y + c) * factor).store(y + c);
    if (const size_t left = size_t(s.value_size) - c)
      (f32v::load_partial(y + c, left) * factor).store_partial(y + c, left);
  }
}

// Blocks [block0, block1) of the queries of all heads.
inline void attend_blocks(const kernels::AttentionTask& t, int64_t block0, int64_t block1) {
  const kernels::AttentionShape& s = t.shape;
  const int64_t each = kernels::attention_blocks(s);
  for (int64_t block = block0; block < block1; ++block) {
    const int64_t batch = block / each / s.heads, head = block / each % s.heads, at = block % each;
    if (block == block0 || at == 0)
      pack_head(t, t.k + batch * s.k.batch + head * s.k.head,
                t.v + batch * s.v.batch + head * s.v.head);
    attend(t, batch, head, s.queries * at / each, s.queries * (at + 1) / each);
  }
}

inline constexpr kernels::AttentionRoutines attention_routines_of_isa{int64_t(f32v::lanes),
                                                                      attend_blocks};

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

constexpr AttentionRoutines routines[] = TL_PER_ISA(attention_routines_of_isa);

// Floats of one thread's scratch: packed keys, packed values, scores.
struct Scratch {
  int64_t keys, values, scores;
  explicit Scratch(const AttentionShape& s) {
    const int64_t lanes = routines[current_isa()].lanes;
    keys = round_up(s.keys, lanes) * s.size;
    values = round_up(s.value_size, lanes) * s.keys;
    scores = score_row(s.keys) * kAttentionRows;
  }
  int64_t total() const { return round_up(keys + values + scores, 16); }
};

int64_t pieces(const AttentionShape& s, int threads) {
  return std::min<int64_t>(threads, s.batch * s.heads * attention_blocks(s));
}

}  // namespace

size_t attention_scratch_bytes(const AttentionShape& s, int threads) {
  return size_t(Scratch(s).total() * pieces(s, threads)) * sizeof(float);
}

void attention_f32(const AttentionShape& s, int threads, const float* q, const float* k,
                   const float* v, const AttentionMask& mask, float* out, void* scratch) {
  const int64_t blocks = s.batch * s.heads * attention_blocks(s), count = pieces(s, threads);
  const Scratch size(s);
  parallel_for(0, count, 1, [&](int64_t piece, int64_t end) {
    for (; piece < end; ++piece) {
      float* own = static_cast<float*>(scratch) + piece * size.total();
      const AttentionTask t{
          s, q, k, v, mask, out, own, own + size.keys, own + size.keys + size.values};
      routines[current_isa()].blocks(t, blocks * piece / count, blocks * (piece + 1) / count);
    }
  });
}

}  // namespace tealight::kernels
#endif

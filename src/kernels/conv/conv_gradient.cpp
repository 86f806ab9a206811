// Gradient of a convolution's weights: dW (outputs, K) = sum over images and pixels of dY (outputs,
// pixels) x windows^T (pixels, K).
//
// Pixels, counted through the images, are taken a chunk at a time. One side's rows of the chunk are
// read as they are, or gathered; the other side, the narrower one, is packed into panels. The sums
// are cut into parts that depend on the shape alone, so that threads do not change them: where
// there are many pixels, slices of them are summed apart; where there are few, each part takes some
// rows.
#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/conv/methods.h"
#include "kernels/gemm/block.h"
#include "kernels/simd/transpose.h"

namespace tealight::kernels {
namespace {

constexpr int64_t kChunk = 256;     // pixels
constexpr int64_t kPartRows = 128;  // gathered at a time: they stay in the second cache
constexpr int64_t kFewFloats = 128 << 10, kManySums = 256 << 10;
constexpr int64_t kMostLanes = 8;  // tasks with scratch of their own

// Rows (channels times taps) over the pixels of all images.
struct Side {
  ConvShape shape;  // whose windows the rows are; of dY a 1x1 convolution's
  const float* data;
  bool plain;  // the windows are the channels themselves
  int64_t rows() const { return shape.group_inputs() * shape.kernel_size(); }
};

bool is_plain(const ConvShape& s) {
  return std::all_of(std::begin(s.dim), std::end(s.dim),
                     [](const ConvDim& d) { return d.kernel == 1 && d.stride == 1 && d.pad == 0; });
}
ConvShape shape_of_gradient(const ConvShape& s) {
  ConvShape g{s.batch, s.out_channels, 1, s.groups, {}};
  g.dim[2].in = g.dim[2].out = s.out_size();
  return g;
}
ConvShape flat(ConvShape s) {
  const int64_t size = s.in_size();
  s.dim[0] = s.dim[1] = ConvDim{};
  s.dim[2].in = s.dim[2].out = size;
  return s;
}

// How one group's product is cut: into parts of rows, each a task where the columns' side is packed
// as a whole before; else into slices of pixels, which go through all parts.
struct Cut {
  bool turned;  // the windows are the rows, so that the product is dW transposed
  int64_t rows, columns, pixels, chunks, taps;
  bool whole;
  int64_t parts, slices;
  explicit Cut(const ConvShape& s) {
    const int64_t K = s.group_inputs() * s.kernel_size(), outputs = s.group_outputs();
    pixels = s.batch * s.out_size();
    turned = outputs <= K && outputs <= pixels;
    rows = turned ? K : outputs, columns = turned ? outputs : K;
    taps = turned ? s.kernel_size() : 1;
    chunks = ceil_div(pixels, kChunk);
    whole = pixels * columns <= kFewFloats || rows * columns > kManySums;
    parts = std::max<int64_t>(1, ceil_div(rows, kPartRows));
    slices = whole ? 1 : std::clamp<int64_t>(chunks, 1, kMostLanes);
  }
  int64_t wide() const { return round_up(columns, gemm_tile_columns()); }
  int64_t sum_floats() const { return round_up(rows * columns, 16); }
  int64_t packed_floats() const { return wide() * (whole ? chunks : 1) * kChunk; }
  // Of gathered rows: apart by a power of two they would fall on few cache lines.
  int64_t pitch() const { return std::min(round_up(pixels, 16), kChunk) + 16; }
  int64_t tasks() const { return whole ? parts : slices; }
  int64_t lanes() const { return std::min(std::max(tasks(), chunks), kMostLanes); }
};

// The scratch: sums of each slice; panels, one for all or each lane's own; gathered rows.
struct Memory {
  float *sums, *packed, *lanes;
  int64_t lane_floats, column_floats;
  Memory(const Cut& c, void* scratch)
      : sums(static_cast<float*>(scratch)),
        packed(sums + c.slices * c.sum_floats()),
        lanes(packed + (c.whole ? 1 : c.lanes()) * c.packed_floats()),
        column_floats(c.columns * c.pitch()) {
    lane_floats = column_floats + (kPartRows + c.taps) * c.pitch();
  }
  size_t bytes(const Cut& c) const {
    return size_t(lanes - sums + c.lanes() * lane_floats) * sizeof(float);
  }
};

struct Rows {
  const float* data;
  int64_t step;
};
// Channels [c0, c1) of a side over pixels [first, first + n), as rows: where they lie if they can
// be read there.
Rows rows_of(const Cut& cut, const Side& side, int64_t c0, int64_t c1, int64_t first, int64_t n,
             float* gathered) {
  const int64_t size = side.shape.in_size();
  const float* x = side.data + c0 * size;
  if (side.plain && first % size + n <= size)
    return {x + first / size * side.shape.in_channels * size + first % size, size};
  conv_gather()(side.shape, c1 - c0, x, first, n, gathered, cut.pitch());
  return {gathered, cut.pitch()};
}

// Panels of the columns' side for pixels [first, first + n).
void pack_columns(const Cut& cut, const Side& side, int64_t first, int64_t n, float* gathered,
                  float* packed) {
  const Rows rows = rows_of(cut, side, 0, side.shape.group_inputs(), first, n, gathered);
  pack_b_f32(n, side.rows(), rows.data, rows.step, true, packed);
}

// sums (rows of channels [c0, c1), columns) = or += the product over one chunk
void add_chunk(const Cut& cut, const Rows& a, int64_t rows, int64_t n, const float* packed,
               float* sums, bool first) {
  GemmProblem problem{rows,
                      cut.columns,
                      n,
                      a.data,
                      a.step,
                      ALayout::rows,
                      packed,
                      n * gemm_tile_columns(),
                      gemm_tile_columns(),
                      nullptr,
                      sums,
                      cut.columns,
                      {}};
  problem.epilogue.accumulate = !first;
  const GemmRoutines& isa = gemm_routines();
  const int64_t tiles = RowTiles(rows, isa.tile_rows).count;
  for (int64_t t = 0; t < tiles; t += kBlockTiles)
    isa.block(problem, t, std::min(t + kBlockTiles, tiles), 0,
              ceil_div(cut.columns, isa.tile_columns));
}

// One chunk's product for some parts of the rows.
void run_parts(const Cut& cut, const Side& a, int64_t part, int64_t end, int64_t chunk,
               const float* packed, bool first, float* gathered, float* sums) {
  const int64_t channels = a.shape.group_inputs(), from = chunk * kChunk,
                n = std::min(kChunk, cut.pixels - from);
  for (; part < end; ++part) {
    const int64_t c0 = channels * part / cut.parts, c1 = channels * (part + 1) / cut.parts;
    if (c0 == c1) continue;
    const Rows rows = rows_of(cut, a, c0, c1, from, n, gathered);
    add_chunk(cut, rows, (c1 - c0) * cut.taps, n, packed, sums + c0 * cut.taps * cut.columns,
              first);
  }
}

void pack_chunk(const Cut& cut, const Side& b, int64_t chunk, const Memory& m, int64_t lane,
                float* packed) {
  pack_columns(cut, b, chunk * kChunk, std::min(kChunk, cut.pixels - chunk * kChunk),
               m.lanes + lane * m.lane_floats, packed);
}

void run_task(const Cut& cut, const Side& a, const Side& b, int64_t task, const Memory& m,
              int64_t lane) {
  float* gathered = m.lanes + lane * m.lane_floats + m.column_floats;
  if (cut.whole) {
    for (int64_t chunk = 0; chunk < cut.chunks; ++chunk)
      run_parts(cut, a, task, task + 1, chunk, m.packed + chunk * cut.wide() * kChunk, chunk == 0,
                gathered, m.sums);
    return;
  }
  float* packed = m.packed + lane * cut.packed_floats();
  const int64_t begin = cut.chunks * task / cut.slices, end = cut.chunks * (task + 1) / cut.slices;
  for (int64_t chunk = begin; chunk < end; ++chunk) {
    pack_chunk(cut, b, chunk, m, lane, packed);
    run_parts(cut, a, 0, cut.parts, chunk, packed, chunk == begin, gathered,
              m.sums + task * cut.sum_floats());
  }
}

// A few columns at a time: they become rows that lie on pages far apart.
void transpose_block(int64_t rows, int64_t columns, const float* from, float* to, int64_t step) {
  constexpr int64_t kTogether = 16;
  for (int64_t j = 0; j < columns; j += kTogether)
    transpose_scaled(rows, std::min(kTogether, columns - j), from + j, columns, 1.f, to + j * step,
                     step);
}

// The slices' sums, the right way round.
void finish(const Cut& cut, float* sums, float* to) {
  if (cut.pixels == 0) {
    std::fill_n(to, cut.rows * cut.columns, 0.f);
    return;
  }
  parallel_for(0, cut.rows, std::max<int64_t>(1, 16384 / cut.columns), [&](int64_t r0, int64_t r1) {
    float* total = sums + r0 * cut.columns;
    for (int64_t s = 1; s < cut.slices; ++s) {
      const float* more = total + s * cut.sum_floats();
      for (int64_t i = 0; i < (r1 - r0) * cut.columns; ++i) total[i] += more[i];
    }
    if (cut.turned)
      transpose_block(r1 - r0, cut.columns, total, to + r0, cut.rows);
    else
      std::copy_n(total, (r1 - r0) * cut.columns, to + r0 * cut.columns);
  });
}

struct Sides {
  Side rows, columns;
  Sides(const Cut& cut, const ConvShape& s, const float* x, const float* grad_y) {
    const bool plain = is_plain(s);
    const Side windows{plain ? flat(s) : s, x, plain};
    const Side gradient{shape_of_gradient(s), grad_y, true};
    rows = cut.turned ? windows : gradient;
    columns = cut.turned ? gradient : windows;
  }
};

// f(item, lane) for all items, each lane's in one thread.
template <class F>
void in_lanes(int64_t items, int64_t lanes, const F& f) {
  parallel_for(0, lanes, 1, [&](int64_t lane, int64_t end) {
    for (; lane < end; ++lane)
      for (int64_t i = items * lane / lanes; i < items * (lane + 1) / lanes; ++i) f(i, lane);
  });
}

void run_group(const Cut& cut, const Sides& sides, const Memory& m, float* grad_weights) {
  if (cut.whole)
    in_lanes(cut.chunks, cut.lanes(), [&](int64_t chunk, int64_t lane) {
      pack_chunk(cut, sides.columns, chunk, m, lane, m.packed + chunk * cut.wide() * kChunk);
    });
  in_lanes(cut.tasks(), cut.lanes(), [&](int64_t task, int64_t lane) {
    run_task(cut, sides.rows, sides.columns, task, m, lane);
  });
  finish(cut, m.sums, grad_weights);
}

}  // namespace

size_t conv_weight_gradient_scratch_bytes(const ConvShape& s) {
  if (is_depthwise_gradient(s)) return depthwise_weight_gradient_scratch_bytes(s);
  const Cut cut(s);
  return Memory(cut, nullptr).bytes(cut);
}

void conv_weight_gradient_f32(const ConvShape& s, const float* x, const float* grad_y,
                              float* grad_weights, void* scratch) {
  if (is_depthwise_gradient(s))
    return depthwise_weight_gradient(s, x, grad_y, grad_weights, static_cast<float*>(scratch));
  const Cut cut(s);
  if (cut.rows * cut.columns == 0) return;
  const Memory memory(cut, scratch);
  for (int64_t g = 0; g < s.groups; ++g)
    run_group(cut,
              Sides(cut, s, x + g * s.group_inputs() * s.in_size(),
                    grad_y + g * s.group_outputs() * s.out_size()),
              memory, grad_weights + g * cut.rows * cut.columns);
}

}  // namespace tealight::kernels

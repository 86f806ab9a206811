// Two-dimensional float pooling: each plane is copied with its padding, then rows go a vector of
// outputs at a time.
#include "core/parallel.h"
#include "kernels/pool/pool.h"
#define TL_THIS_FILE "kernels/pool/fast_pool.cpp"
#include "kernels/simd/foreach_isa.h"

namespace tealight::TL_ISA {
namespace {

// The window of output (row, column ...) in taps' order; Max or sum.
template <bool Max, int Stride>
void pool_rows(const kernels::PaddedPlane& p, const float* plane, float* y) {
  constexpr int64_t lanes = int64_t(f32v::lanes);
  for (int64_t row = 0; row < p.H.out; ++row)
    for (int64_t column = 0; column < p.W.out; column += lanes) {
      const float* x = plane + row * p.H.stride * p.pitch + column * Stride;
      f32v result(Max ? -HUGE_VALF : 0.f);
      for (int64_t kh = 0; kh < p.H.kernel; ++kh)
        for (int64_t kw = 0; kw < p.W.kernel; ++kw) {
          const float* at = x + kh * p.H.dilation * p.pitch + kw * p.W.dilation;
          const f32v v = Stride == 1 ? f32v::load(at) : f32v::load_stride2(at);
          result = Max ? max(result, v) : result + v;
        }
      const int64_t left = p.W.out - column;
      float* to = y + row * p.W.out + column;
      if (left >= lanes) {
        result.store(to);
      } else {
        result.store_partial(to, size_t(left));
      }
    }
}

void pool_plane(const kernels::PaddedPlane& p, bool maximum, const float* plane, float* y) {
  const bool one = p.W.stride == 1;
  if (maximum) return one ? pool_rows<true, 1>(p, plane, y) : pool_rows<true, 2>(p, plane, y);
  return one ? pool_rows<false, 1>(p, plane, y) : pool_rows<false, 2>(p, plane, y);
}

}  // namespace
inline constexpr auto pool_plane_of_isa = pool_plane;
}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

using PlaneFn = void (*)(const PaddedPlane&, bool maximum, const float*, float*);
constexpr PlaneFn plane_fns[] = TL_PER_ISA(pool_plane_of_isa);

template <class After>
void run(const PoolShape& s, int threads, bool maximum, const float* x, float* y, float* scratch,
         After after) {
  const PaddedPlane padded(s.dim[1], s.dim[2]);
  const Slices slices{s.planes, std::max(threads, 1)};
  const auto pool = plane_fns[current_isa()];
  const int64_t work = s.planes * s.out_size() * s.dim[1].kernel * s.dim[2].kernel / slices.n;
  parallel_for(0, slices.n, work < 32768 ? slices.n : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice)
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i) {
        float* plane = scratch + slice * padded.floats();
        padded.fill(x + i * s.in_size(), maximum ? -HUGE_VALF : 0.f, plane);
        pool(padded, maximum, plane, y + i * s.out_size());
        after(y + i * s.out_size());
      }
  });
}

// Elements of the window at output o that count.
int64_t counted(const WindowDim& d, int64_t o, bool with_pad) {
  const int64_t start = o * d.stride - d.pad, end = std::min(start + d.kernel, d.in + d.pad);
  return with_pad ? end - start
                  : std::max<int64_t>(std::min(end, d.in) - std::max<int64_t>(start, 0), 0);
}

}  // namespace

bool fast_pool_takes(const PoolShape& s) {
  return s.dim[0].in == 1 && s.dim[0].kernel == 1 && s.dim[0].pad == 0 && s.dim[2].stride <= 2;
}

size_t fast_pool_scratch_bytes(const PoolShape& s, int threads) {
  return size_t(std::max(threads, 1) * PaddedPlane(s.dim[1], s.dim[2]).floats()) * sizeof(float);
}

void fast_max_pool(const PoolShape& s, int threads, const float* x, float* y, void* scratch) {
  run(s, threads, true, x, y, static_cast<float*>(scratch), [](float*) {});
}

void fast_avg_pool(const PoolShape& s, int threads, bool count_include_pad, int64_t divisor,
                   const float* x, float* y, void* scratch) {
  const WindowDim &H = s.dim[1], &W = s.dim[2];
  run(s, threads, false, x, y, static_cast<float*>(scratch), [&](float* plane) {
    for (int64_t oh = 0; oh < H.out; ++oh) {
      const int64_t rows = counted(H, oh, count_include_pad);
      for (int64_t ow = 0; ow < W.out; ++ow, ++plane) {
        const int64_t count = divisor ? divisor : rows * counted(W, ow, count_include_pad);
        *plane = count ? *plane / float(count) : 0.f;
      }
    }
  });
}

}  // namespace tealight::kernels
#endif

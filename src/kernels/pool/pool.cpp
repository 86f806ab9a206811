// Any window by plain loops: for each output the ranges of input it pools, one per dimension.
#include "kernels/pool/pool.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <type_traits>

#include "core/parallel.h"

namespace tealight::kernels {
namespace {

struct Range {
  int64_t begin, end, step;  // within the input
  int64_t counted;           // elements in the window, perhaps with those on the padding
};

// Of max_pool and avg_pool.
struct Sliding {
  bool count_pad;
  Range operator()(const WindowDim& d, int64_t o) const {
    const int64_t start = o * d.stride - d.pad,
                  end = std::min(start + (d.kernel - 1) * d.dilation + 1, d.in + d.pad);
    const int64_t begin = start < 0 ? start + ceil_div(-start, d.dilation) * d.dilation : start;
    const int64_t inside = std::min(end, d.in);
    return {begin, inside, d.dilation,
            count_pad ? end - start : std::max<int64_t>(inside - begin, 0)};
  }
};

struct Adaptive {
  Range operator()(const WindowDim& d, int64_t o) const {
    const int64_t begin = o * d.in / d.out, end = ceil_div((o + 1) * d.in, d.out);
    return {begin, end, 1, end - begin};
  }
};

// f(plane, output index in the plane, ranges) for every output.
template <class Ranges, class F>
void for_each_window(const PoolShape& s, Ranges ranges, F f) {
  int64_t window = 1;
  for (const WindowDim& d : s.dim) window *= std::max(d.kernel, d.in / std::max<int64_t>(d.out, 1));
  const int64_t grain = std::max<int64_t>(1, 32768 / std::max<int64_t>(1, s.out_size() * window));
  parallel_for(0, s.planes, grain, [&](int64_t plane, int64_t end) {
    for (; plane < end; ++plane) {
      int64_t out = 0;
      for (int64_t od = 0; od < s.dim[0].out; ++od) {
        const Range d = ranges(s.dim[0], od);
        for (int64_t oh = 0; oh < s.dim[1].out; ++oh) {
          const Range h = ranges(s.dim[1], oh);
          for (int64_t ow = 0; ow < s.dim[2].out; ++ow) f(plane, out++, d, h, ranges(s.dim[2], ow));
        }
      }
    }
  });
}

template <class F>
void for_each_element(const PoolShape& s, const Range& d, const Range& h, const Range& w, F f) {
  for (int64_t id = d.begin; id < d.end; id += d.step)
    for (int64_t ih = h.begin; ih < h.end; ih += h.step)
      for (int64_t iw = w.begin; iw < w.end; iw += w.step)
        f((id * s.dim[1].in + ih) * s.dim[2].in + iw);
}

template <class T>
struct Maximum {
  T value;
  int64_t place;
};
// Of one window of a plane.
template <class T>
Maximum<T> maximum(const PoolShape& s, const Range& d, const Range& h, const Range& w,
                   const T* plane) {
  Maximum<T> m{std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                                    : std::numeric_limits<T>::lowest(),
               (d.begin * s.dim[1].in + h.begin) * s.dim[2].in + w.begin};
  for (int64_t id = d.begin; id < d.end; id += d.step)
    for (int64_t ih = h.begin; ih < h.end; ih += h.step) {
      const int64_t row = (id * s.dim[1].in + ih) * s.dim[2].in;
      for (int64_t i = row + w.begin; i < row + w.end; i += w.step) {
        const T v = plane[i];
        const bool more = v > m.value || v != v;
        m.value = more ? v : m.value;
        m.place = more ? i : m.place;
      }
    }
  return m;
}

template <class T, class Ranges>
void max_windows(const PoolShape& s, Ranges ranges, const T* x, T* y, int64_t* indices) {
  for_each_window(
      s, ranges, [&](int64_t plane, int64_t out, const Range& d, const Range& h, const Range& w) {
        const Maximum<T> m = maximum(s, d, h, w, x + plane * s.in_size());
        y[plane * s.out_size() + out] = m.value;
        if (indices) indices[plane * s.out_size() + out] = m.place;
      });
}

int64_t divisor_of(int64_t divisor, const Range& d, const Range& h, const Range& w) {
  return divisor ? divisor : d.counted * h.counted * w.counted;
}

template <class T, class Ranges>
void average_windows(const PoolShape& s, Ranges ranges, int64_t divisor, const T* x, T* y) {
  using Sum = std::conditional_t<std::is_integral_v<T>, int64_t, T>;
  for_each_window(
      s, ranges, [&](int64_t plane, int64_t out, const Range& d, const Range& h, const Range& w) {
        const T* from = x + plane * s.in_size();
        Sum sum = 0;
        for_each_element(s, d, h, w, [&](int64_t i) { sum += from[i]; });
        const int64_t count = divisor_of(divisor, d, h, w);
        const bool empty = d.begin >= d.end || h.begin >= h.end || w.begin >= w.end;
        y[plane * s.out_size() + out] = empty || count == 0 ? T(0) : T(sum / Sum(count));
      });
}

struct Window {
  int64_t sum, elements, divisor;
};

// The order of the roundings is PyTorch's.
float quantized_average(const QuantizedAverage& q, const Window& w) {
  using Rounds = QuantizedAverage::Rounds;
  const float n = float(w.divisor), distance = float(w.sum - w.elements * q.zero_point);
  switch (q.rounds) {
    case Rounds::before_zero_point:
      return std::nearbyint(distance * (q.scale / (q.scale * n))) + float(q.zero_point);
    case Rounds::after_zero_point:
      return std::nearbyint(distance * (1.f / n) + float(q.zero_point));
    default:
      return std::nearbyint(float(w.sum) * (1.f / n));
  }
}

template <class T, class Ranges>
void quantized_average_windows(const PoolShape& s, Ranges ranges, int64_t divisor,
                               const QuantizedAverage& q, const T* x, T* y) {
  for_each_window(
      s, ranges, [&](int64_t plane, int64_t out, const Range& d, const Range& h, const Range& w) {
        const T* from = x + plane * s.in_size();
        Window window{0, 0, divisor_of(divisor, d, h, w)};
        for_each_element(s, d, h, w, [&](int64_t i) { window.sum += from[i], ++window.elements; });
        const double average = window.divisor ? quantized_average(q, window) : q.zero_point;
        y[plane * s.out_size() + out] =
            T(std::fmin(double(std::numeric_limits<T>::max()),
                        std::fmax(double(std::numeric_limits<T>::lowest()), average)));
      });
}

template <class T, class Ranges>
void average_windows_backward(const PoolShape& s, Ranges ranges, int64_t divisor, const T* grad_y,
                              T* grad_x) {
  std::fill_n(grad_x, s.planes * s.in_size(), T(0));
  for_each_window(s, ranges,
                  [&](int64_t plane, int64_t out, const Range& d, const Range& h, const Range& w) {
                    const int64_t count = divisor_of(divisor, d, h, w);
                    const T share = count ? T(grad_y[plane * s.out_size() + out] / T(count)) : T(0);
                    T* to = grad_x + plane * s.in_size();
                    for_each_element(s, d, h, w, [&](int64_t i) { to[i] += share; });
                  });
}

}  // namespace

template <class T>
void max_pool(const PoolShape& s, const T* x, T* y, int64_t* indices) {
  max_windows(s, Sliding{false}, x, y, indices);
}
template <class T>
void max_pool_backward(const PoolShape& s, const T* x, const T* grad_y, T* grad_x) {
  for_each_window(s, Sliding{false},
                  [&](int64_t plane, int64_t out, const Range& d, const Range& h, const Range& w) {
                    T* to = grad_x + plane * s.in_size();
                    if (out == 0) std::fill_n(to, s.in_size(), T(0));
                    to[maximum(s, d, h, w, x + plane * s.in_size()).place] +=
                        grad_y[plane * s.out_size() + out];
                  });
}
template <class T>
void avg_pool(const PoolShape& s, bool count_include_pad, int64_t divisor, const T* x, T* y) {
  average_windows(s, Sliding{count_include_pad}, divisor, x, y);
}
template <class T>
void avg_pool_backward(const PoolShape& s, bool count_include_pad, int64_t divisor, const T* grad_y,
                       T* grad_x) {
  average_windows_backward(s, Sliding{count_include_pad}, divisor, grad_y, grad_x);
}
template <class T>
void adaptive_max_pool(const PoolShape& s, const T* x, T* y, int64_t* indices) {
  max_windows(s, Adaptive{}, x, y, indices);
}
template <class T>
void adaptive_avg_pool(const PoolShape& s, const T* x, T* y) {
  average_windows(s, Adaptive{}, 0, x, y);
}
template <class T>
void quantized_avg_pool(const PoolShape& s, bool count_include_pad, int64_t divisor,
                        const QuantizedAverage& q, const T* x, T* y) {
  quantized_average_windows(s, Sliding{count_include_pad}, divisor, q, x, y);
}
template <class T>
void quantized_adaptive_avg_pool(const PoolShape& s, const QuantizedAverage& q, const T* x, T* y) {
  quantized_average_windows(s, Adaptive{}, 0, q, x, y);
}
template <class T>
void adaptive_avg_pool_backward(const PoolShape& s, const T* grad_y, T* grad_x) {
  average_windows_backward(s, Adaptive{}, 0, grad_y, grad_x);
}

#define TL_INSTANTIATE(T)                                                    \
  template void max_pool(const PoolShape&, const T*, T*, int64_t*);          \
  template void avg_pool(const PoolShape&, bool, int64_t, const T*, T*);     \
  template void adaptive_max_pool(const PoolShape&, const T*, T*, int64_t*); \
  template void adaptive_avg_pool(const PoolShape&, const T*, T*);
#define TL_INSTANTIATE_BACKWARD(T)                                                \
  template void max_pool_backward(const PoolShape&, const T*, const T*, T*);      \
  template void avg_pool_backward(const PoolShape&, bool, int64_t, const T*, T*); \
  template void adaptive_avg_pool_backward(const PoolShape&, const T*, T*);
#define TL_INSTANTIATE_QUANTIZED(T)                                                              \
  template void quantized_avg_pool(const PoolShape&, bool, int64_t, const QuantizedAverage&,     \
                                   const T*, T*);                                                \
  template void quantized_adaptive_avg_pool(const PoolShape&, const QuantizedAverage&, const T*, \
                                            T*);
TL_INSTANTIATE_QUANTIZED(uint8_t)
TL_INSTANTIATE_QUANTIZED(int8_t)
TL_INSTANTIATE_QUANTIZED(int32_t)
TL_INSTANTIATE(float)
TL_INSTANTIATE(double)
TL_INSTANTIATE(uint8_t)
TL_INSTANTIATE(int8_t)
TL_INSTANTIATE(int32_t)
TL_INSTANTIATE(int64_t)
TL_INSTANTIATE_BACKWARD(float)
TL_INSTANTIATE_BACKWARD(double)
TL_INSTANTIATE_BACKWARD(int64_t)
#define TL_INSTANTIATE_COMPLEX(T)                                  \
  template void adaptive_avg_pool(const PoolShape&, const T*, T*); \
  template void adaptive_avg_pool_backward(const PoolShape&, const T*, T*);
TL_INSTANTIATE_COMPLEX(std::complex<float>)
TL_INSTANTIATE_COMPLEX(std::complex<double>)

}  // namespace tealight::kernels

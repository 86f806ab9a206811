// Transforms along one dimension of a tensor: lines gathered, transformed and put back.
#include <algorithm>

#include "core/parallel.h"
#include "kernels/fft/fft.h"
#include "kernels/window.h"

namespace tealight::kernels {
namespace {

// For each line of (outer, n_in, inner) -> (outer, n_out, inner): gathered input, transform(from,
// to, rest), scattered. scratch_each: complex numbers of a slice, first the lines' buffers.
template <class In, class Out, class Complex, class F>
void for_each_line(int64_t outer, int64_t n_in, int64_t n_out, int64_t inner, const In* in,
                   Out* out, int threads, int64_t scratch_each, Complex* scratch, F transform) {
  const Slices slices{outer * inner, std::max(threads, 1)};
  const bool small = outer * inner * n_in < 8192;
  parallel_for(0, slices.n, small ? slices.n : 1, [&](int64_t slice, int64_t end) {
    for (; slice < end; ++slice) {
      Complex* mine = scratch + slice * scratch_each;
      In* from = reinterpret_cast<In*>(mine);
      Out* to = reinterpret_cast<Out*>(mine + n_in);
      for (int64_t i = slices.first(slice); i < slices.first(slice + 1); ++i) {
        const In* x = in + i / inner * n_in * inner + i % inner;
        Out* y = out + i / inner * n_out * inner + i % inner;
        if (inner == 1) {
          transform(x, y, mine + n_in + n_out);
          continue;
        }
        for (int64_t k = 0; k < n_in; ++k) from[k] = x[k * inner];
        transform(from, to, mine + n_in + n_out);
        for (int64_t k = 0; k < n_out; ++k) y[k * inner] = to[k];
      }
    }
  });
}

template <class T>
int64_t each(const Fft<T>& plan) {
  return 2 * plan.size() + plan.scratch();
}
template <class T>
int64_t each(const RealFft<T>& plan) {
  return plan.size() + plan.spectrum_size() + plan.scratch();
}

}  // namespace

template <class T>
size_t fft_middle_scratch_bytes(const Fft<T>& plan, int threads) {
  return size_t(std::max(threads, 1) * each(plan)) * sizeof(std::complex<T>);
}
template <class T>
size_t real_fft_middle_scratch_bytes(const RealFft<T>& plan, int threads) {
  return size_t(std::max(threads, 1) * each(plan)) * sizeof(std::complex<T>);
}

template <class T>
void fft_middle(const Fft<T>& plan, bool inverse, T scale, int64_t outer, int64_t inner,
                const std::complex<T>* in, std::complex<T>* out, int threads, void* scratch) {
  using Complex = std::complex<T>;
  for_each_line(outer, plan.size(), plan.size(), inner, in, out, threads, each(plan),
                static_cast<Complex*>(scratch), [&](const Complex* x, Complex* y, Complex* rest) {
                  plan.run(inverse, x, y, scale, rest);
                });
}

template <class T>
void real_fft_middle(const RealFft<T>& plan, T scale, int64_t outer, int64_t inner, const T* in,
                     std::complex<T>* out, int threads, void* scratch) {
  using Complex = std::complex<T>;
  for_each_line(outer, plan.size(), plan.spectrum_size(), inner, in, out, threads, each(plan),
                static_cast<Complex*>(scratch),
                [&](const T* x, Complex* y, Complex* rest) { plan.forward(x, y, scale, rest); });
}

template <class T>
void real_inverse_fft_middle(const RealFft<T>& plan, T scale, int64_t outer, int64_t inner,
                             const std::complex<T>* in, T* out, int threads, void* scratch) {
  using Complex = std::complex<T>;
  for_each_line(outer, plan.spectrum_size(), plan.size(), inner, in, out, threads, each(plan),
                static_cast<Complex*>(scratch),
                [&](const Complex* x, T* y, Complex* rest) { plan.inverse(x, y, scale, rest); });
}

#define TL_INSTANTIATE(T)                                                                    \
  template size_t fft_middle_scratch_bytes(const Fft<T>&, int);                              \
  template size_t real_fft_middle_scratch_bytes(const RealFft<T>&, int);                     \
  template void fft_middle(const Fft<T>&, bool, T, int64_t, int64_t, const std::complex<T>*, \
                           std::complex<T>*, int, void*);                                    \
  template void real_fft_middle(const RealFft<T>&, T, int64_t, int64_t, const T*,            \
                                std::complex<T>*, int, void*);                               \
  template void real_inverse_fft_middle(const RealFft<T>&, T, int64_t, int64_t,              \
                                        const std::complex<T>*, T*, int, void*);
TL_INSTANTIATE(float)
TL_INSTANTIATE(double)

}  // namespace tealight::kernels

// Discrete Fourier transforms of any length. T: float or double; twiddles are computed in double.
//
//   y[k] = scale * sum_j x[j] exp(-2 pi i j k / n)          forward; + for the inverse; no scale of
//   its own
//
// Lengths whose prime factors are at most 31 run as a mixed-radix Stockham transform, others as a
// convolution (Bluestein). Building a plan allocates; running one does not, and any number of
// threads may run the same plan.
#pragma once
#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace tealight::kernels {

template <class T>
class Fft {
 public:
  using Complex = std::complex<T>;
  explicit Fft(int64_t n);  // n >= 1
  int64_t size() const { return n_; }
  /// Complex numbers of scratch that run() needs.
  int64_t scratch() const;
  /// in may be out.
  void run(bool inverse, const Complex* in, Complex* out, T scale, Complex* scratch) const;

 private:
  struct Pass {
    int64_t radix, length;  // of what is still to be transformed
    size_t twiddles;        // offset: [length / radix][radix - 1]
  };
  template <bool Inverse>
  void run_passes(const Complex* in, Complex* out, T scale, Complex* scratch) const;
  template <bool Inverse>
  void run_chirp(const Complex* in, Complex* out, T scale, Complex* scratch) const;

  int64_t n_;
  std::vector<Pass> passes_;
  std::vector<Complex> twiddles_;
  // Bluestein: a transform at least twice as long, the chirp and the transform of its conjugate
  std::unique_ptr<const Fft> longer_;
  std::vector<Complex> chirp_, chirp_spectrum_;
};

/// Of n real numbers: n / 2 + 1 complex ones, and back.
template <class T>
class RealFft {
 public:
  using Complex = std::complex<T>;
  explicit RealFft(int64_t n);  // n >= 1
  int64_t size() const { return n_; }
  int64_t spectrum_size() const { return n_ / 2 + 1; }
  int64_t scratch() const;
  void forward(const T* in, Complex* out, T scale, Complex* scratch) const;
  /// The imaginary parts of in[0] and, for even n, of in[n / 2] are ignored, as everywhere.
  void inverse(const Complex* in, T* out, T scale, Complex* scratch) const;

 private:
  int64_t n_;
  bool even_;
  Fft<T> half_;  // of n / 2, or of n if that is odd
  std::vector<Complex> twiddles_;
};

// Along the middle of dense (outer, n, inner) data, on `threads` slices of the thread pool; scratch
// in bytes.
template <class T>
size_t fft_middle_scratch_bytes(const Fft<T>& plan, int threads);
template <class T>
void fft_middle(const Fft<T>& plan, bool inverse, T scale, int64_t outer, int64_t inner,
                const std::complex<T>* in, std::complex<T>* out, int threads, void* scratch);

template <class T>
size_t real_fft_middle_scratch_bytes(const RealFft<T>& plan, int threads);
/// (outer, n, inner) real -> (outer, n / 2 + 1, inner)
template <class T>
void real_fft_middle(const RealFft<T>& plan, T scale, int64_t outer, int64_t inner, const T* in,
                     std::complex<T>* out, int threads, void* scratch);
/// (outer, n / 2 + 1, inner) -> (outer, n, inner) real
template <class T>
void real_inverse_fft_middle(const RealFft<T>& plan, T scale, int64_t outer, int64_t inner,
                             const std::complex<T>* in, T* out, int threads, void* scratch);

}  // namespace tealight::kernels

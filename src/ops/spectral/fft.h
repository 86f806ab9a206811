// The three transforms that all others are made of.
#pragma once
#include "tealight/dispatch.h"
#include "tealight/tensor.h"

namespace tealight {

enum class FftNorm : int64_t { none, by_root_n, by_n };

inline Tensor fft_c2c(const Tensor& self, IntArrayRef dims, FftNorm norm, bool forward) {
  static constinit detail::Callee op{"_fft_c2c", "Tlib"};
  const int64_t n = int64_t(norm);
  return op.tensor({&self, &dims, &n, &forward});
}
inline Tensor fft_r2c(const Tensor& self, IntArrayRef dims, FftNorm norm, bool onesided) {
  static constinit detail::Callee op{"_fft_r2c", "Tlib"};
  const int64_t n = int64_t(norm);
  return op.tensor({&self, &dims, &n, &onesided});
}
inline Tensor fft_c2r(const Tensor& self, IntArrayRef dims, FftNorm norm, int64_t last_size) {
  static constinit detail::Callee op{"_fft_c2r", "Tlii"};
  const int64_t n = int64_t(norm);
  return op.tensor({&self, &dims, &n, &last_size});
}

}  // namespace tealight

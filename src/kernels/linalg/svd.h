// Singular value decomposition by one-sided Jacobi rotations (Hestenes): slow beside a blocked
// bidiagonalization, but short, and small singular values keep their relative accuracy.
#pragma once
#include <cstdint>

namespace tealight::kernels {

/// A (m, n) = U (m, k) diag(S) Vh (k, n), k = min(m, n), all row-major, S descending; T is double
/// or std::complex<double>, S real. A singular value 0 leaves its column of U (row of Vh when A is
/// wide) at 0. `scratch`: svd_scratch(m, n) elements. False if A holds an infinity or NaN.
template <class T>
bool svd(int64_t m, int64_t n, const T* a, T* u, double* s, T* vh, T* scratch);
int64_t svd_scratch(int64_t m, int64_t n);

}  // namespace tealight::kernels

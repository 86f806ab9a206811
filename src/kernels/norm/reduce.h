// Sums, maxima and minima along one dimension. T: float (vectors) or double. Sums are accurate to
// about one unit in the last place of the sum of magnitudes, however long; maxima and minima give
// NaN if there is one.
#pragma once
#include <cstdint>

namespace tealight::kernels {

enum class Reduction : uint8_t { sum, sum_of_squares, maximum, minimum };

/// y (rows) from x (rows, n), rows `stride` apart. Of nothing: 0, -inf, +inf.
template <class T>
void reduce_rows(Reduction kind, int64_t rows, int64_t n, const T* x, int64_t stride, T* y);

/// y (outer, inner) from dense x (outer, n, inner).
template <class T>
void reduce_middle(Reduction kind, int64_t outer, int64_t n, int64_t inner, const T* x, T* y);

}  // namespace tealight::kernels

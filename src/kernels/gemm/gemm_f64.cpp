// Product of double matrices with any strides: tiles of 4 x 8 sums, B's part of a tile copied
// together first.
#include <algorithm>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/gemm/gemm.h"

namespace tealight::kernels {
namespace {

constexpr int64_t kRows = 4, kColumns = 8, kDepth = 128;

struct Strided {
  const double* data;
  int64_t row, column;
  double operator()(int64_t i, int64_t j) const { return data[i * row + j * column]; }
};

// sums += a(m.., k0..) x panel, `rows` of them
void multiply(const Strided& a, int64_t m, int64_t rows, int64_t k0, int64_t depth,
              const double* panel, double (&sums)[kRows][kColumns]) {
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t row = 0; row < rows; ++row) {
      const double x = a(m + row, k0 + k);
      for (int64_t column = 0; column < kColumns; ++column)
        sums[row][column] += x * panel[k * kColumns + column];
    }
}

}  // namespace

void gemm_f64(int64_t M, int64_t N, int64_t K, double alpha, const double* a, int64_t a_row,
              int64_t a_column, const double* b, int64_t b_row, int64_t b_column, double beta,
              double* c, int64_t ldc) {
  const Strided A{a, a_row, a_column}, B{b, b_row, b_column};
  const int64_t grain = std::max<int64_t>(1, 32768 / std::max<int64_t>(1, M * K * kColumns));
  parallel_for(0, ceil_div(N, kColumns), grain, [&](int64_t p, int64_t end) {
    double panel[kDepth * kColumns];
    for (; p < end; ++p) {
      const int64_t n = p * kColumns, columns = std::min(kColumns, N - n);
      for (int64_t m = 0; m < M; ++m)
        for (int64_t j = 0; j < columns; ++j) {
          double& out = c[m * ldc + n + j];
          out = beta == 0 ? 0 : beta * out;
        }
      for (int64_t k0 = 0; k0 < K; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, K - k0);
        for (int64_t k = 0; k < depth; ++k)
          for (int64_t j = 0; j < kColumns; ++j)
            panel[k * kColumns + j] = j < columns ? B(k0 + k, n + j) : 0.;
        for (int64_t m = 0; m < M; m += kRows) {
          const int64_t rows = std::min(kRows, M - m);
          double sums[kRows][kColumns] = {};
          multiply(A, m, rows, k0, depth, panel, sums);
          for (int64_t row = 0; row < rows; ++row)
            for (int64_t j = 0; j < columns; ++j)
              c[(m + row) * ldc + n + j] += alpha * sums[row][j];
        }
      }
    }
  });
}

}  // namespace tealight::kernels

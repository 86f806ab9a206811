// Matrix product of floats: C (M, N) = A (M, K) x B (K, N), and what may follow it.
//
//   PackedA / PackedB       layouts that kernels read front to back; packed once (weights) or per
//   call (scratch) gemm_f32                the blocked product; any M, N, K, zero included
//   matmul_f32              the same from plain matrices, packing into scratch when that pays
//   gemm_f64                doubles, simple
//
// Packing depends on current_isa(): pack and run under the same one. All functions run on the
// thread pool, throw nothing, allocate nothing, and give the same bits for every thread count.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"

namespace tealight::kernels {

/// What happens to each element of A x B before it is stored, in this order: + C if accumulate, +
/// residual(m, n), + bias_n[n], + bias_m[m], clamp to [min, max] (NaN stays NaN), activation.
/// (One that clamps takes the place of min and max.)
struct GemmEpilogue {
  const float* bias_n = nullptr;  // N, per column
  const float* bias_m = nullptr;  // M, per row
  const float* residual = nullptr;
  int64_t residual_stride = 0;  // between rows
  float min = -HUGE_VALF, max = HUGE_VALF;
  bool accumulate = false;
  Activation activation = {};
};

/// How element (m, k) of A is found.
enum class ALayout : uint8_t {
  rows,     // a[m * stride + k]
  columns,  // a[k * stride + m]: A is the transpose of a stored matrix
  packed,   // by pack_a_f32; stride is not used
};

/// Rows and columns of the tile that one inner loop computes on the current instruction set.
int64_t gemm_tile_rows();
int64_t gemm_tile_columns();

/// B as [ceil(N / NR)][K][NR] with NR = gemm_tile_columns(), the last panel filled up with zeros.
/// b is (K, N) with rows ldb apart, or, if transposed, (N, K) with rows ldb apart, as weights of
/// nn.Linear are.
size_t packed_b_f32_bytes(int64_t K, int64_t N);
void pack_b_f32(int64_t K, int64_t N, const float* b, int64_t ldb, bool transposed, float* packed);

/// A as tiles of at most gemm_tile_rows() rows, each [K][its rows]. a is (M, K) with rows lda
/// apart, or, if transposed, (K, M).
size_t packed_a_f32_bytes(int64_t M, int64_t K);
void pack_a_f32(int64_t M, int64_t K, const float* a, int64_t lda, bool transposed, float* packed);

/// C (rows ldc apart) = A x packed B, then the epilogue. C must not overlap A or B; it may be the
/// residual.
void gemm_f32(int64_t M, int64_t N, int64_t K, const float* a, int64_t lda, ALayout a_layout,
              const float* packed_b, float* c, int64_t ldc, const GemmEpilogue& epilogue = {});

/// The same with B as it lies in memory, (K, N) with rows ldb apart. Its last N % NR columns are
/// packed into scratch, gemm_unpacked_scratch_bytes(K, N) long. For wide B that is read few times
/// (1x1 convolutions with few outputs).
size_t gemm_unpacked_scratch_bytes(int64_t K, int64_t N);
void gemm_f32_unpacked(int64_t M, int64_t N, int64_t K, const float* a, int64_t lda,
                       ALayout a_layout, const float* b, int64_t ldb, float* c, int64_t ldc,
                       const GemmEpilogue& epilogue, void* scratch);

/// C = A x B from plain matrices: packs B into scratch, unless M <= 4 and reading B once as it lies
/// is quicker. a_transposed and b_transposed as in pack_a_f32 and pack_b_f32.
size_t matmul_f32_scratch_bytes(int64_t M, int64_t N, int64_t K, bool b_transposed);
void matmul_f32(int64_t M, int64_t N, int64_t K, const float* a, int64_t lda, bool a_transposed,
                const float* b, int64_t ldb, bool b_transposed, float* c, int64_t ldc,
                const GemmEpilogue& epilogue, void* scratch);

/// C (M, N) = alpha A x B + beta C, where element (i, j) of X is at x[i * rows + j * columns]. beta
/// 0 ignores C.
void gemm_f64(int64_t M, int64_t N, int64_t K, double alpha, const double* a, int64_t a_row,
              int64_t a_column, const double* b, int64_t b_row, int64_t b_column, double beta,
              double* c, int64_t ldc);

}  // namespace tealight::kernels

// Float pooling of pictures whose channels lie together (NHWC), a vector of channels at a time; the
// values of pool.h. Nothing allocates or throws.
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/pool/pool.h"

namespace tealight::kernels {

/// The inputs of one dimension that an output pools: count of them from first on, step apart, none
/// of them padding. divisor_part is what the dimension contributes to the divisor of an average.
struct PoolWindow {
  int32_t first, count, step, divisor_part;
};
std::vector<PoolWindow> pool_windows(const WindowDim& dim, bool count_include_pad);
std::vector<PoolWindow> adaptive_pool_windows(const WindowDim& dim);

/// The elements under one window, in floats.
struct PoolTaps {
  int64_t rows, columns, row_step, column_step;
};

struct PoolNhwc {
  int64_t batch, channels;
  int64_t in_height, in_width;
  std::vector<PoolWindow> rows, columns;  // of the outputs
  int64_t out_pixels() const { return batch * int64_t(rows.size() * columns.size()); }
};

/// indices (may be null): place of the maximum in its plane; of equal ones the first, of NaNs the
/// last.
void max_pool_nhwc(const PoolNhwc& pool, const float* x, float* y, int64_t* indices);
/// Of bytes, signed or not. Windows hold at least one element.
void max_pool_nhwc_8bit(const PoolNhwc& pool, bool is_signed, const uint8_t* x, uint8_t* y);
/// divisor 0: the product of the windows' parts.
void avg_pool_nhwc(const PoolNhwc& pool, int64_t divisor, const float* x, float* y);

}  // namespace tealight::kernels

// Transposing 4-byte elements: how pictures go from planes (NCHW) to pixels (NHWC) and back.
#pragma once
#include <cstdint>

namespace tealight::kernels {

/// to[c][r] = from[r][c]; rows of `from` and of `to` are that many elements apart. On one thread.
void transpose_u32(int64_t rows, int64_t columns, const uint32_t* from, int64_t from_stride,
                   uint32_t* to, int64_t to_stride);

}  // namespace tealight::kernels

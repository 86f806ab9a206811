// Functions of one byte by a table of all 256.
#pragma once
#include <cstdint>

namespace tealight::kernels {

/// y[i] = table[x[i]], in the caller's thread; y may be x.
void lookup_bytes(int64_t n, const uint8_t* x, const uint8_t* table, uint8_t* y);

}  // namespace tealight::kernels

// What one thread does of an attention, between the two halves of attention.cpp.
#pragma once
#include "kernels/attention/attention.h"

namespace tealight::kernels {

// Queries at a time: as few as keep their scores in the first cache, as many as make use of the
// keys once these are there.
inline constexpr int64_t kAttentionRows = 24;
constexpr int64_t attention_blocks(const AttentionShape& s) {
  return (s.queries + kAttentionRows - 1) / kAttentionRows;
}
// Floats from one row of scores to the next: whole vectors on every instruction set, and not a
// multiple of 4 KiB, at which rows would share a few sets of the cache.
constexpr int64_t score_row(int64_t keys) { return (keys + 15) / 16 * 16 + 16; }

struct AttentionTask {
  const AttentionShape& shape;
  const float *q, *k, *v;
  const AttentionMask& mask;
  float* out;
  float *keys, *values, *scores;  // scratch
};

struct AttentionRoutines {
  int64_t lanes;
  void (*blocks)(const AttentionTask&, int64_t block0, int64_t block1);
};

}  // namespace tealight::kernels

// softmax(Q K^T scale + mask) V for every head of a batch, a few queries at a time: their scores
// never leave the nearest caches.
//
// Heads and tokens may lie at any stride, as one linear layer for queries, keys and values leaves
// them; only the numbers of one head of one token must be neighbours.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tealight::kernels {

/// Where (batch, head, token, 0) is: floats.
struct HeadStrides {
  int64_t batch, head, token;
};

/// Added to the scores, or, if bytes, 0 takes the score out; null: none. Strides may be 0;
/// `key` is the one from key to key.
struct AttentionMask {
  const void* data = nullptr;
  bool bytes = false;
  int64_t batch = 0, head = 0, query = 0, key = 0;
};

struct AttentionShape {
  int64_t batch, heads, queries, keys, size, value_size;
  HeadStrides q, k, v, out;
  float scale;
};

/// A query all of whose scores are -inf, or one of them NaN or +inf, gets NaN, as in PyTorch. Runs
/// on at most `threads` threads of the pool; the same bits for every number.
size_t attention_scratch_bytes(const AttentionShape& shape, int threads);
void attention_f32(const AttentionShape& shape, int threads, const float* q, const float* k,
                   const float* v, const AttentionMask& mask, float* out, void* scratch);

}  // namespace tealight::kernels

// Weights (K, N) laid out for kernels/gemm/tile_nhwc-inl.h: the N columns as panels of at most
// `most` vectors, as equal in width as can be, each panel [K][its columns], zeros behind column N.
#pragma once
#include <cstdint>

namespace tealight::kernels {

struct ColumnPanels {
  int64_t columns, lanes, vectors, count;
  ColumnPanels(int64_t columns_, int64_t lanes_, int64_t most_vectors)
      : columns(columns_),
        lanes(lanes_),
        vectors((columns_ + lanes_ - 1) / lanes_),
        count((vectors + most_vectors - 1) / most_vectors) {}
  /// First vector of panel p.
  int64_t vector(int64_t p) const { return vectors * p / count; }
  int64_t width(int64_t p) const { return (vector(p + 1) - vector(p)) * lanes; }
  /// First column of panel p; its weights are at packed + column(p) * K.
  int64_t column(int64_t p) const { return vector(p) * lanes; }
  /// Columns of panel p that are not filling.
  int64_t used(int64_t p) const {
    return columns - column(p) < width(p) ? columns - column(p) : width(p);
  }
  int64_t floats(int64_t K) const { return vectors * lanes * K; }

  /// weight(k, n) gives the element of the matrix.
  template <class F>
  void pack(int64_t K, const F& weight, float* packed) const {
    for (int64_t p = 0; p < count; ++p) {
      const int64_t first = column(p), wide = width(p);
      for (int64_t k = 0; k < K; ++k)
        for (int64_t i = 0; i < wide; ++i)
          *packed++ = first + i < columns ? weight(k, first + i) : 0.f;
    }
  }
};

}  // namespace tealight::kernels

// Blocks of 4 x 4 elements of 4 bytes turned round, by vectors of 16 bytes: every processor that we
// run on has those, and wider ones gain nothing where memory is what takes the time.
#pragma once
#include <cstdint>
#include <cstring>

namespace tealight {

/// V: four elements, a vector of the compiler's.
template <class V>
inline void transpose_4x4(V (&v)[4]) {
  const V a = __builtin_shufflevector(v[0], v[2], 0, 4, 1, 5),
          b = __builtin_shufflevector(v[0], v[2], 2, 6, 3, 7),
          c = __builtin_shufflevector(v[1], v[3], 0, 4, 1, 5),
          d = __builtin_shufflevector(v[1], v[3], 2, 6, 3, 7);
  v[0] = __builtin_shufflevector(a, c, 0, 4, 1, 5);
  v[1] = __builtin_shufflevector(a, c, 2, 6, 3, 7);
  v[2] = __builtin_shufflevector(b, d, 0, 4, 1, 5);
  v[3] = __builtin_shufflevector(b, d, 2, 6, 3, 7);
}

/// to[j * to_step + i] = from[i * from_step + j] * factor for i < rows, j < columns.
inline void transpose_scaled(int64_t rows, int64_t columns, const float* from, int64_t from_step,
                             float factor, float* to, int64_t to_step) {
  typedef float Four __attribute__((vector_size(16)));
  const int64_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
  for (int64_t i = 0; i < whole_rows; i += 4)
    for (int64_t j = 0; j < whole_columns; j += 4) {
      Four v[4];
      for (int k = 0; k < 4; ++k) {
        std::memcpy(&v[k], from + (i + k) * from_step + j, sizeof(Four));
        v[k] *= factor;
      }
      transpose_4x4(v);
      for (int k = 0; k < 4; ++k) std::memcpy(to + (j + k) * to_step + i, &v[k], sizeof(Four));
    }
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = i < whole_rows ? whole_columns : 0; j < columns; ++j)
      to[j * to_step + i] = from[i * from_step + j] * factor;
}

}  // namespace tealight

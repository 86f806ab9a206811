// Which registers are free while code is laid out. Numbers begin at 1.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tealight::ir {

class Registers {
 public:
  /// The lowest `n` free ones in a row; the first of them.
  int32_t take(size_t n = 1) {
    size_t from = 0, length = 0;
    for (size_t i = 0; length < n; ++i) {
      if (i == taken_.size()) taken_.push_back(false);
      length = taken_[i] ? 0 : length + 1;
      from = i + 1 - length;
    }
    for (size_t i = from; i < from + n; ++i) taken_[i] = true;
    return int32_t(from) + 1;
  }
  void give_back(int32_t number) { taken_[size_t(number) - 1] = false; }
  size_t count() const { return taken_.size(); }  // ever in use

 private:
  std::vector<bool> taken_;
};

}  // namespace tealight::ir

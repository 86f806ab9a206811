// Changes model files so that the damage gets deep: zip records are taken out, changed and packed
// again with right checksums, pickles are changed by whole instructions, flatbuffers by words.
#pragma once
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "format/ptl_zip/zip.h"
#include "format/test_files.h"

namespace tealight::testing {

/// The same numbers on every machine (splitmix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t below(size_t n) { return n ? size_t(next() % n) : 0; }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  uint64_t state_;
};

/// One instruction of a pickle with what belongs to it.
std::vector<std::string> split_pickle(const std::string& pickle);

class Mutator {
 public:
  /// `change_bytes` is what happens where nothing is known of the bytes; by default a few of them
  /// are overwritten, moved or lost.
  explicit Mutator(uint64_t seed, std::function<void(std::string&)> change_bytes = {})
      : random_(seed), change_bytes_(std::move(change_bytes)) {
    if (!change_bytes_) change_bytes_ = [this](std::string& s) { damage(s); };
  }
  /// A changed `file`; pieces may come from `other`.
  std::string operator()(const std::string& file, const std::string& other);

 private:
  struct Record {
    std::string name, data;
  };
  static std::vector<Record> records_of(const std::string& file, std::string& root);

  void damage(std::string& bytes);
  std::string splice(const std::string& a, const std::string& b);
  std::string change_zip(const std::string& file, const std::string& other);
  std::string pack(const std::string& root, const std::vector<Record>& records);
  size_t pick_record(const std::vector<Record>& records);
  void change_record(Record& record, const std::vector<Record>& others);
  std::string change_pickle(const std::string& pickle, const std::string& other);
  void change_instruction(std::vector<std::string>& all, const std::vector<std::string>& others);
  std::string change_flatbuffer(std::string file);
  int64_t number();
  std::string word();

  Random random_;
  std::function<void(std::string&)> change_bytes_;
};

}  // namespace tealight::testing

// The records of a model's archive, as they are (caffe2::serialize::PyTorchStreamReader).
#pragma once
#include <tuple>
#include <vector>

#include "tealight/adapters.h"

namespace tealight {

class ZipFile;

/// A record's bytes. Copies share them.
class DataPtr {
 public:
  DataPtr() = default;
  DataPtr(void* data, std::shared_ptr<const void> owner) : data_(data), owner_(std::move(owner)) {}
  void* get() const { return data_; }
  const void* operator->() const { return data_; }
  explicit operator bool() const { return data_ != nullptr; }
  void clear() { *this = {}; }

 private:
  void* data_ = nullptr;
  std::shared_ptr<const void> owner_;
};

/// Any number of threads may read.
class TL_API PyTorchStreamReader {
 public:
  explicit PyTorchStreamReader(const std::string& file);
  /// Read to its end, from where it stands; not needed afterwards.
  explicit PyTorchStreamReader(std::istream* in);
  explicit PyTorchStreamReader(std::shared_ptr<ReadAdapterInterface> in);
  ~PyTorchStreamReader();

  /// Names are without the archive's root folder: "data.pkl", "extra/labels.txt".
  bool hasRecord(const std::string& name) const;
  /// Inflated if need be. Throws when there is no such record.
  std::tuple<DataPtr, size_t> getRecord(const std::string& name) const;
  size_t getRecordOffset(const std::string& name) const;  // of its bytes in the file
  std::vector<std::string> getAllRecords() const;
  uint64_t version() const;  // of the operators; 0 when the archive does not say

 private:
  std::unique_ptr<ZipFile> zip_;
};

}  // namespace tealight

// Bytes from wherever the program has them (caffe2::serialize).
#pragma once
#include <algorithm>
#include <cstring>
#include <istream>
#include <memory>
#include <string>

#include "tealight/error.h"

namespace tealight {

/// Derive from it to load models out of your own containers.
class TL_API ReadAdapterInterface {
 public:
  virtual ~ReadAdapterInterface();
  virtual size_t size() const = 0;
  /// Copies up to n bytes at `pos` to `buf`, and says how many; `what` is for error messages.
  virtual size_t read(uint64_t pos, void* buf, size_t n, const char* what = "") const = 0;
};

/// From where the stream stands to its end. The stream must outlive the adapter.
class TL_API IStreamAdapter : public ReadAdapterInterface {
 public:
  explicit IStreamAdapter(std::istream* stream);
  ~IStreamAdapter() override;
  size_t size() const override { return size_; }
  size_t read(uint64_t pos, void* buf, size_t n, const char* what = "") const override;

 private:
  std::istream* stream_;
  std::streampos start_;
  size_t size_ = 0;
};

class TL_API FileAdapter : public ReadAdapterInterface {
 public:
  explicit FileAdapter(const std::string& path);
  ~FileAdapter() override;
  size_t size() const override { return stream_->size(); }
  size_t read(uint64_t pos, void* buf, size_t n, const char* what = "") const override {
    return stream_->read(pos, buf, n, what);
  }

 private:
  std::unique_ptr<std::istream> file_;
  std::unique_ptr<IStreamAdapter> stream_;
};

/// The caller's memory.
class MemoryReadAdapter : public ReadAdapterInterface {
 public:
  MemoryReadAdapter(const void* data, int64_t size)
      : data_(static_cast<const char*>(data)), size_(size_t(size)) {}
  size_t size() const override { return size_; }
  size_t read(uint64_t pos, void* buf, size_t n, const char* = "") const override {
    if (pos >= size_) return 0;
    n = std::min(n, size_ - size_t(pos));
    std::memcpy(buf, data_ + pos, n);
    return n;
  }

 private:
  const char* data_;
  size_t size_;
};

}  // namespace tealight

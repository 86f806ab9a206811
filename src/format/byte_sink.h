// Where the writers of files put their bytes: a file that appears whole or not at all, memory, a
// stream, a callback.
#pragma once
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "tealight/error.h"

namespace tealight {

class TL_API ByteSink {
 public:
  virtual ~ByteSink();
  /// All of the bytes, after those before. Throws Error when they cannot be written.
  virtual void write(std::span<const uint8_t> bytes) = 0;
  void write(std::string_view text) {
    write({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }
};

class TL_API StringSink : public ByteSink {
 public:
  explicit StringSink(std::string& out) : out_(out) {}
  using ByteSink::write;
  void write(std::span<const uint8_t> bytes) override;

 private:
  std::string& out_;
};

class TL_API StreamSink : public ByteSink {
 public:
  explicit StreamSink(std::ostream& out) : out_(out) {}
  using ByteSink::write;
  void write(std::span<const uint8_t> bytes) override;

 private:
  std::ostream& out_;
};

/// PyTorch's way: the function gives the number of bytes that it took.
class TL_API FunctionSink : public ByteSink {
 public:
  using Function = std::function<size_t(const void*, size_t)>;
  explicit FunctionSink(Function f) : function_(std::move(f)) {}
  using ByteSink::write;
  void write(std::span<const uint8_t> bytes) override;

 private:
  Function function_;
};

/// Calls `write` with a sink for the file. A regular file gets its name, and replaces an older one,
/// only when all of it is there: what fails leaves the folder as it was, and a file may be written
/// while it is read.
TL_API void write_file(const std::filesystem::path&, const std::function<void(ByteSink&)>& write);

}  // namespace tealight

// c10's temporary files: they end with their object.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "tealight/error.h"

namespace tealight {

struct TempFile {
  explicit TempFile(std::string path, int descriptor = -1)
      : name(std::move(path)), fd(descriptor) {}
  TempFile(TempFile&& other) noexcept : name(std::exchange(other.name, {})), fd(other.fd) {
    other.fd = -1;
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() {
    if (fd < 0) return;
    close(fd);
    unlink(name.c_str());
  }
  std::string name;
  int fd;
};

/// Nothing when none can be made. In $TMPDIR, else /tmp.
inline std::optional<TempFile> try_make_tempfile(const std::string& prefix = "torch-file-") {
  const char* folder = std::getenv("TMPDIR");
  std::string path = str(folder ? folder : "/tmp", "/", prefix, "XXXXXX");
  const int fd = mkstemp(path.data());
  if (fd < 0) return std::nullopt;
  return TempFile(std::move(path), fd);
}
inline TempFile make_tempfile(const std::string& prefix = "torch-file-") {
  if (auto made = try_make_tempfile(prefix)) return std::move(*made);
  fail("Error generating temporary file; fix: set TMPDIR to a folder that can be written");
}

}  // namespace tealight

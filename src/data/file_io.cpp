#include "tealight/data/file_io.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>

#include "tealight/error.h"

namespace tealight {
namespace fs = std::filesystem;
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_file(const fs::path& path, const char* mode) {
  return File(std::fopen(path.string().c_str(), mode), &std::fclose);
}

// A name nobody else uses: "x" in the mode refuses an existing file, so a clash is only a second
// try.
File create_temporary(const fs::path& target, fs::path& name) {
  std::random_device random;
  for (int attempt = 0; attempt < 8; ++attempt) {
    name = target;
    name += str(".", random(), ".tmp");
    if (File file = open_file(name, "wbx")) return file;
    if (errno != EEXIST) break;
  }
  fail(str(target.string(), ": cannot be written: ", std::strerror(errno)));
}

bool write_all(File file, std::span<const std::byte> bytes) {
  bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  return std::fclose(file.release()) == 0 && written;
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& path, uint64_t max_bytes) {
  std::error_code error;
  TL_CHECK(!fs::is_directory(path, error), path.string(), ": is a directory, not a file");
  File file = open_file(path, "rb");
  TL_CHECK(file, path.string(), ": cannot be read: ", std::strerror(errno));
  std::vector<std::byte> bytes;
  uint64_t size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
  TL_CHECK(error || size <= max_bytes, path.string(), ": has ", size, " bytes, the limit is ",
           max_bytes);
  // The size is a hint only: pipes have none, and a file may change while it is read.
  size_t filled = 0, step = size > 0 && !error ? static_cast<size_t>(size) + 1 : 65536;
  for (;;) {
    bytes.resize(filled + step);
    size_t got = std::fread(bytes.data() + filled, 1, step, file.get());
    filled += got;
    TL_CHECK(filled <= max_bytes, path.string(), ": has more than ", max_bytes,
             " bytes, the limit");
    if (got < step) break;
    step = filled;
  }
  TL_CHECK(!std::ferror(file.get()), path.string(), ": cannot be read: ", std::strerror(errno));
  bytes.resize(filled);
  return bytes;
}

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
  fs::path temporary;
  bool written = write_all(create_temporary(path, temporary), bytes);
  int reason = errno;
  std::error_code error;
  if (written) fs::rename(temporary, path, error);
  if (written && !error) return;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  fail(str(path.string(),
           ": cannot be written: ", written ? error.message() : std::strerror(reason)));
}

}  // namespace tealight

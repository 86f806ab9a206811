#include "format/byte_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>
#include <random>
#include <utility>

#include "tealight/error.h"

namespace tealight {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail_write(const std::string& name, int why) {
  Error e(str("cannot write '", name, "': ", std::strerror(why)));
  if (why == ENOENT || why == ENOTDIR) e.fix("make the folder first, or check the path");
  if (why == ENOSPC || why == EDQUOT) e.fix("free some space, or write to another place");
  if (why == EACCES || why == EROFS || why == EPERM) e.fix("write to a folder that is yours");
  throw e;
}

class DescriptorSink : public ByteSink {
 public:
  DescriptorSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  ~DescriptorSink() override {
    if (fd_ >= 0) ::close(fd_);
  }
  using ByteSink::write;
  void write(std::span<const uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail_write(name_, n < 0 ? errno : EIO);
      bytes = bytes.subspan(size_t(n));
    }
  }
  // Some file systems tell of a full disk only here.
  void close() {
    if (::close(std::exchange(fd_, -1)) != 0) fail_write(name_, errno);
  }

 private:
  int fd_;
  std::string name_;
};

int open_new(const fs::path& target, fs::path& temporary) {
  std::random_device random;
  for (int attempt = 0; attempt < 8; ++attempt) {
    temporary = target;
    temporary += str(".", random(), ".tmp");
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) return fd;
    if (errno != EEXIST) break;
  }
  fail_write(target.string(), errno);
}

void write_in_place(const fs::path& path, const std::function<void(ByteSink&)>& write) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) fail_write(path.string(), errno);
  DescriptorSink sink(fd, path.string());
  write(sink);
  sink.close();
}

struct RemoveUnlessKept {
  fs::path path;
  bool kept = false;
  ~RemoveUnlessKept() {
    std::error_code ignored;
    if (!kept) fs::remove(path, ignored);
  }
};

void write_beside(const fs::path& target, const std::function<void(ByteSink&)>& write) {
  RemoveUnlessKept temporary;
  const int fd = open_new(target, temporary.path);
  DescriptorSink sink(fd, target.string());
  struct stat old;
  // Errors of fchmod are of no use to anybody: the new file then has the mode of any new file.
  if (::stat(target.c_str(), &old) == 0) (void)!::fchmod(fd, old.st_mode & 07777);
  write(sink);
  sink.close();
  if (::rename(temporary.path.c_str(), target.c_str()) != 0) fail_write(target.string(), errno);
  temporary.kept = true;
}

}  // namespace

ByteSink::~ByteSink() = default;

void StringSink::write(std::span<const uint8_t> bytes) {
  out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void StreamSink::write(std::span<const uint8_t> bytes) {
  out_.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  TL_CHECK(out_, "cannot write to the stream: it is in a failed state");
}

void FunctionSink::write(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return;
  const size_t n = function_(bytes.data(), bytes.size());
  TL_CHECK(n == bytes.size(), "the writer took ", n, " of ", bytes.size(), " bytes");
}

void write_file(const fs::path& path, const std::function<void(ByteSink&)>& write) {
  std::error_code none;
  const fs::file_status status = fs::status(path, none);
  TL_CHECK(!path.empty(), "cannot write a file: its path is empty");
  TL_CHECK(!fs::is_directory(status), "cannot write '", path.string(), "': it is a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_in_place(path, write);
  // What a link points to is replaced, not the link.
  const fs::path real = fs::exists(status) ? fs::canonical(path, none) : path;
  write_beside(real.empty() ? path : real, write);
}

}  // namespace tealight

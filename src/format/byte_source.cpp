#include "format/byte_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tealight {
namespace {

constexpr size_t kAlignment =
    16;  // what a storage in a file needs, so that vectors do not straddle cache lines too often

[[noreturn]] void fail_system(const std::string& what, const std::string& name) {
  fail(str(what, " '", name, "': ", std::strerror(errno)));
}

[[noreturn]] void fail_open(const std::string& name) {
  const int why = errno;
  Error e(str("cannot open '", name, "': ", std::strerror(why)));
  if (why == ENOENT)
    e.fix(
        "check the path; what lies in an app's package is no file, copy it out first or load it "
        "by its descriptor");
  throw e;
}

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

size_t to_size(uint64_t n, const std::string& name) {
  TL_CHECK(n <= uint64_t(PTRDIFF_MAX), name, ": ", n,
           " bytes are more than this machine can address");
  return size_t(n);
}

// What cannot be mapped (a pipe, some virtual files) is read to its end.
Bytes read_stream(int fd, const std::string& name) {
  auto buffer = std::make_shared<std::vector<uint8_t>>();
  for (;;) {
    constexpr size_t kStep = 1 << 16;
    const size_t have = buffer->size();
    if (buffer->capacity() < have + kStep) buffer->reserve(std::max(have * 2, have + kStep));
    buffer->resize(have + kStep);
    const ssize_t got = ::read(fd, buffer->data() + have, kStep);
    if (got < 0 && errno != EINTR) fail_system("cannot read", name);
    buffer->resize(have + size_t(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
  }
  uint8_t* data = buffer->data();
  const size_t size = buffer->size();
  return {data, size, std::move(buffer), true};
}

Bytes map(int fd, uint64_t offset, uint64_t length, const std::string& name) {
  if (length == 0) return {};
  const uint64_t page = uint64_t(::sysconf(_SC_PAGESIZE));
  const uint64_t lead = offset % page;
  const size_t size = to_size(length + lead, name);
  void* base = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, off_t(offset - lead));
  if (base == MAP_FAILED) fail_system("cannot map", name);
  std::shared_ptr<const void> owner(
      base, [size](const void* p) { ::munmap(const_cast<void*>(p), size); });
  return {static_cast<uint8_t*>(base) + lead, size_t(length), std::move(owner), true};
}

Bytes open_descriptor(int fd, uint64_t offset, uint64_t length, const std::string& name) {
  struct stat status;
  if (::fstat(fd, &status) != 0) fail_system("cannot look at", name);
  if (S_ISDIR(status.st_mode)) {
    Error e(str("'", name, "' is a folder, not a model file"));
    throw e.fix("name the file in it; an unpacked archive has to be packed again (zip -0 -r)");
  }
  if (!S_ISREG(status.st_mode)) {
    const Bytes all = read_stream(fd, name);
    TL_CHECK(offset <= all.size, name, ": offset ", offset, " lies past its ", all.size, " bytes");
    return all.slice(size_t(offset), size_t(std::min<uint64_t>(length, all.size - offset)));
  }
  const uint64_t size = uint64_t(status.st_size);
  TL_CHECK(offset <= size, name, ": offset ", offset, " lies past its ", size, " bytes");
  TL_CHECK(length == UINT64_MAX || length <= size - offset, name, ": ", length, " bytes at offset ",
           offset, " reach past its ", size, " bytes");
  return map(fd, offset, std::min(length, size - offset), name);
}

}  // namespace

Bytes allocate_bytes(size_t size) {
  auto storage = make_intrusive<Storage>(size);  // counted against the thread's memory budget
  uint8_t* data = static_cast<uint8_t*>(storage->data());
  return {data, size, std::shared_ptr<const void>(data, [storage](const void*) {}), true};
}

intrusive_ptr<Storage> storage_of(const Bytes& bytes) {
  if (bytes.ours && reinterpret_cast<uintptr_t>(bytes.data) % kAlignment == 0) {
    return make_intrusive<Storage>(bytes.data, bytes.size, [owner = bytes.owner](void*) {}, true);
  }
  auto copy = make_intrusive<Storage>(bytes.size);
  if (bytes.size) std::memcpy(copy->data(), bytes.data, bytes.size);
  return copy;
}

ByteSource ByteSource::file(const std::filesystem::path& path) {
  const std::string name = path.string();
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) fail_open(name);
  return ByteSource(name, open_descriptor(file.fd, 0, UINT64_MAX, name));
}

ByteSource ByteSource::descriptor(int fd, uint64_t offset, uint64_t length) {
  const std::string name = str("file descriptor ", fd);
  return ByteSource(name, open_descriptor(fd, offset, length, name));
}

ByteSource ByteSource::memory(const void* data, size_t size) {
  TL_CHECK(data || size == 0, "a model from memory: the pointer is null");
  return ByteSource("memory",
                    {static_cast<uint8_t*>(const_cast<void*>(data)), size, nullptr, false});
}

ByteSource ByteSource::bytes(std::vector<uint8_t> v) {
  auto owner = std::make_shared<std::vector<uint8_t>>(std::move(v));
  uint8_t* data = owner->data();
  const size_t size = owner->size();
  return ByteSource("memory", {data, size, std::move(owner), true});
}

ByteSource ByteSource::callback(uint64_t size, ReadAt read_at, std::string name) {
  TL_CHECK(read_at, "a model from a reader callback: the callback is empty");
  ByteSource source(std::move(name), {});
  source.size_ = size;
  source.read_at_ = std::move(read_at);
  return source;
}

Bytes ByteSource::read(uint64_t offset, uint64_t n) const {
  if (offset > size_ || n > size_ - offset) {
    corrupt(str(name_, ": ", n, " bytes at offset ", offset, " reach past its ", size_, " bytes"));
  }
  if (!read_at_) return whole_.slice(size_t(offset), size_t(n));
  Bytes out = allocate_bytes(to_size(n, name_));
  if (n) read_at_(offset, out.data, out.size);
  return out;
}

}  // namespace tealight

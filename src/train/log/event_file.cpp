#include "train/log/event_file.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>

#include "tealight/error.h"

namespace tealight::train {
namespace {

constexpr std::array<uint32_t, 256> crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = c >> 1 ^ (c & 1 ? 0x82F63B78u : 0);
    table[i] = c;
  }
  return table;
}

// A stored checksum of checksums would be weak: TFRecord rotates it and adds a constant.
uint32_t masked_crc(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return (crc >> 15 | crc << 17) + 0xA282EAD8u;
}

double now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

std::string host_name() {
  char name[256] = "localhost";
  gethostname(name, sizeof name - 1);
  return name;
}

template <class T>
std::string_view bytes_of(const T& v) {
  return {reinterpret_cast<const char*>(&v), sizeof v};
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> table = crc_table();
  uint32_t c = ~0u;
  for (const char b : bytes) c = table[(c ^ uint8_t(b)) & 0xFF] ^ c >> 8;
  return ~c;
}

EventFile::EventFile(const std::filesystem::path& folder, const std::string& suffix) {
  static std::atomic<int> count{0};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  path_ = folder / str("events.out.tfevents.", int64_t(now()), ".", host_name(), ".", getpid(), ".",
                       count++, suffix);
  file_.reset(std::fopen(path_.c_str(), "wb"));
  TL_CHECK(file_, path_.string(), ": cannot be written: ", std::strerror(errno));
  write(Message().real(1, now()).text(3, "brain.Event:2"));  // says which format follows
  flush();
}

void EventFile::add(int field, const Message& payload, int64_t step,
                    std::optional<double> wall_time) {
  write(Message().real(1, wall_time.value_or(now())).integer(2, step).message(field, payload));
}

void EventFile::write(const Message& event) {
  const std::string& bytes = event.bytes();
  const uint64_t length = bytes.size();
  const uint32_t of_length = masked_crc(bytes_of(length)), of_bytes = masked_crc(bytes);
  std::string record;
  record.append(bytes_of(length)).append(bytes_of(of_length));
  record.append(bytes).append(bytes_of(of_bytes));
  std::lock_guard lock(mutex_);
  TL_CHECK(std::fwrite(record.data(), 1, record.size(), file_.get()) == record.size(),
           path_.string(), ": cannot be written: ", std::strerror(errno));
}

void EventFile::flush() {
  std::lock_guard lock(mutex_);
  TL_CHECK(std::fflush(file_.get()) == 0, path_.string(),
           ": cannot be written: ", std::strerror(errno));
}

}  // namespace tealight::train

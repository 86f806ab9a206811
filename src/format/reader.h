// Reads numbers and text from bytes that nobody vouches for: every step is checked, every message
// has the offset.
#pragma once
#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "tealight/error.h"

namespace tealight {

static_assert(std::endian::native == std::endian::little,
              "model files are little-endian, and so must be the machine");

class Reader {
 public:
  /// `what` names the bytes in messages, `base` is where they begin in it.
  Reader(std::span<const uint8_t> bytes, std::string what, uint64_t base = 0)
      : bytes_(bytes), what_(std::move(what)), base_(base) {}

  size_t size() const { return bytes_.size(); }
  size_t position() const { return at_; }
  size_t remaining() const { return bytes_.size() - at_; }
  bool at_end() const { return at_ == bytes_.size(); }
  void seek(uint64_t position) {
    if (position > bytes_.size())
      fail(str("a jump to ", position, " of ", bytes_.size(), " bytes"));
    at_ = size_t(position);
  }
  void skip(uint64_t n) { take(n); }

  std::span<const uint8_t> take(uint64_t n) {
    if (n > remaining()) fail(str("wants ", n, " bytes, but ", remaining(), " are left"));
    at_ += size_t(n);
    return bytes_.subspan(at_ - size_t(n), size_t(n));
  }
  std::string_view text(uint64_t n) {
    const auto s = take(n);
    return {reinterpret_cast<const char*>(s.data()), s.size()};
  }
  /// Up to the next '\n', which is skipped.
  std::string_view line() {
    const auto rest = bytes_.subspan(at_);
    const void* end = rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
    if (!end) fail("a line that does not end");
    const std::string_view s = text(size_t(static_cast<const uint8_t*>(end) - rest.data()));
    ++at_;
    return s;
  }
  template <class T>
  T number() {
    T v;
    std::memcpy(&v, take(sizeof v).data(), sizeof v);
    return v;
  }
  uint8_t u8() { return number<uint8_t>(); }
  uint16_t u16() { return number<uint16_t>(); }
  uint32_t u32() { return number<uint32_t>(); }
  uint64_t u64() { return number<uint64_t>(); }

  const std::string& what() const { return what_; }
  /// Throws CorruptFile: "<what>: <message> at offset <n>".
  [[noreturn]] void fail(const std::string& message) const {
    corrupt(str(what_, ": ", message, " at offset ", base_ + at_));
  }

 private:
  std::span<const uint8_t> bytes_;
  std::string what_;
  uint64_t base_;
  size_t at_ = 0;
};

}  // namespace tealight

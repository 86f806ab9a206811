#include "peak_memory.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>

#if defined(__has_feature)
#define TL_HAS_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define TL_HAS_ASAN 1
#else
#define TL_HAS_ASAN 0
#endif
#if TL_HAS_ASAN
#include <sanitizer/allocator_interface.h>
#endif

namespace tealight::testing {

#if TL_HAS_ASAN
namespace {

std::atomic<size_t> in_use{0}, most{0};

void allocated(const volatile void*, size_t bytes) {
  const size_t now = in_use += bytes;
  size_t before = most;
  while (now > before && !most.compare_exchange_weak(before, now)) {
  }
}
// What was allocated before the hooks were there is not counted.
void freed(const volatile void* p) {
  const size_t bytes = __sanitizer_get_allocated_size(const_cast<const void*>(p));
  size_t before = in_use;
  while (!in_use.compare_exchange_weak(before, before - std::min(before, bytes))) {
  }
}

}  // namespace

void reset_peak_memory() {
  static const int hooks = __sanitizer_install_malloc_and_free_hooks(allocated, freed);
  static_cast<void>(hooks);
  in_use = 0;
  most = 0;
}
size_t peak_memory() { return most; }
#else
namespace {

size_t status_bytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return size_t(std::stoull(line.substr(field.size()))) << 10;
  return 0;
}
size_t before = 0;

}  // namespace

void reset_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
  before = status_bytes("VmRSS:");
}
size_t peak_memory() {
  const size_t most = status_bytes("VmHWM:");
  return most > before ? most - before : 0;
}
#endif

}  // namespace tealight::testing

// The most memory that was allocated at once: by AddressSanitizer's count of what is in use, for it
// keeps freed memory for a while; else by the kernel's count of the process's pages.
#pragma once
#include <cstddef>

namespace tealight::testing {

void reset_peak_memory();
size_t peak_memory();  // bytes since then

}  // namespace tealight::testing

// Any bytes as a .npy file: an Error or an array, which is then written and read again.
#include "tealight/data/npy.h"
#include "tealight/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    tealight::NpyArray array = tealight::parse_npy(std::as_bytes(std::span(data, size)), "fuzz");
    tealight::NpyArray again = tealight::parse_npy(tealight::format_npy(array), "fuzz");
    if (again.bytes != array.bytes || again.shape != array.shape) __builtin_trap();
  } catch (const tealight::Error&) {
  }
  return 0;
}

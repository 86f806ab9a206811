// Any text: it compiles, or an Error says why not.
#include <cstdint>

#include "script/program_code.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    tealight::script::compile_source("fuzz.py", {reinterpret_cast<const char*>(data), size});
  } catch (const tealight::Error&) {
  }
  return 0;
}

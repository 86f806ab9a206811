// Any text as a Python file: a model, or an Error says why not.
#include <cstdint>

#include "python/script_python.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tealight::python::ScriptOptions options;
  options.steps = 20'000;
  try {
    tealight::python::script_python("fuzz.py", {reinterpret_cast<const char*>(data), size},
                                    options);
  } catch (const tealight::Error&) {
  }
  return 0;
}

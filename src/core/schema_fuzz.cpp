// Schemas and types from hostile text: they are read or refused, and what was read prints so that
// it reads again.
#include "tealight/schema.h"

using namespace tealight;

template <class Read>
static void round_trip(std::string_view text, Read read) {
  std::string once;
  try {
    once = read(text);
  } catch (const Error&) {
    return;
  }
  if (read(once) != once) __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  round_trip(text, [](std::string_view t) { return parse_schema(t).str(); });
  round_trip(text, [](std::string_view t) { return parse_type(t)->annotation(); });
  return 0;
}

#include "tealight/error.h"

namespace tealight {

// Out of line, so that the type information has one home and can be caught across libraries.
Error::~Error() = default;
IndexError::~IndexError() = default;
ValueError::~ValueError() = default;
TypeError::~TypeError() = default;
NotImplementedError::~NotImplementedError() = default;
JITException::~JITException() = default;

void stream_text(std::ostream& out, const void* text) { out << static_cast<const char*>(text); }

std::string str_of(const StrPart* parts, size_t n) {
  std::ostringstream out;
  for (size_t i = 0; i < n; ++i) parts[i].stream(out, parts[i].at);
  return std::move(out).str();
}

void fail(std::string message, ErrorKind kind) { throw Error(std::move(message), kind); }

}  // namespace tealight

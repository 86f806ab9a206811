#include "tealight/error.h"

namespace tealight {

// Out of line, so that the type information has one home and can be caught across libraries.
Error::~Error() = default;
IndexError::~IndexError() = default;
ValueError::~ValueError() = default;
TypeError::~TypeError() = default;
NotImplementedError::~NotImplementedError() = default;
JITException::~JITException() = default;

void fail(std::string message, ErrorKind kind) { throw Error(std::move(message), kind); }

}  // namespace tealight

// Errors of code that knows nothing of files (tensors, types, dicts) become errors of the file that
// gave them wrong values.
#pragma once
#include "tealight/error.h"

namespace tealight {

/// Call in a handler: rethrows `e` with `place` added, as CorruptFile if it was an InvalidArgument.
[[noreturn]] inline void rethrow_as_corrupt(const Error& e, const std::string& place) {
  Error out = e;
  if (e.kind() == ErrorKind::invalid_argument) out.set_kind(ErrorKind::corrupt_file);
  throw out.at(place);
}

}  // namespace tealight

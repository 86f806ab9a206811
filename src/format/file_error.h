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

/// For what a build for chosen models leaves out because none of them has it.
[[noreturn]] inline void fail_not_built_in(const std::string& what) {
  Error e(what + ", which this build does not read", ErrorKind::unsupported);
  throw e.fix("build libtealight with a model of this kind in TEALIGHT_MODELS");
}

}  // namespace tealight

// For tests: what a call says when it fails.
#pragma once
#include <string>

#include "tealight/error.h"

namespace tealight::testing {

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace tealight::testing

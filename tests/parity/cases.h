// Calls to compare with real PyTorch: every operator's samples, and variants of them that its
// author did not write down.
#pragma once
#include <functional>
#include <string>

#include "ops/registry.h"

namespace tealight::parity {

struct Case {
  const Overload* overload = nullptr;
  std::string variant;      // "as is", "dtype=float16", "strided", ...
  std::vector<Value> args;  // fresh: the call may write them
};

/// The qualified name of the operator's first overload.
std::string_view name_of(const Op&);
/// Calls `visit` with each case of the operator. `variants`: also the derived ones; otherwise the
/// samples alone.
void for_each_case(const Op&, bool variants, const std::function<void(Case)>& visit);

}  // namespace tealight::parity

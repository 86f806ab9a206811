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

/// Calls `visit` with each case of the operators whose schema name contains `filter`. `variants`:
/// also the derived ones; otherwise the samples alone.
void for_each_case(const std::string& filter, bool variants,
                   const std::function<void(Case)>& visit);

}  // namespace tealight::parity

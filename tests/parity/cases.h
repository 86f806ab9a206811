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

/// The results of the call, of drawn numbers from one seed; uninitialised memory is zeroed.
std::vector<Value> run(const Case&);
/// The qualified name of the operator's first overload.
std::string_view name_of(const Op&);
/// none: the samples alone; some: in other dtypes and layouts, in place and with out=; all: with
/// other numbers and dimensions, extreme values, pairs of dtypes, written views, too.
enum class Variants { none, some, all };
/// Calls `visit` with each case of the operator.
void for_each_case(const Op&, Variants, const std::function<void(Case)>& visit);
/// The same of functions and other overloads without samples of their own.
void for_each_function_case(Variants, const std::function<void(Case)>& visit);

}  // namespace tealight::parity

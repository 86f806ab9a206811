// Who is in the table of operators.
#pragma once
#include "ops/op.h"

namespace tealight {

/// Every TL_OP of this build.
std::span<const Op* const> all_ops();
/// All overloads of an operator, the functional form first.
std::vector<const Overload*> overloads_of(const Op&);
/// Qualified names of all overloads and functions, the user's included, sorted.
std::vector<std::string_view> operator_names();
/// All that are called "aten::add", in the order in which they were defined.
std::vector<const Overload*> overloads_of(std::string_view name);

}  // namespace tealight

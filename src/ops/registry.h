// Who is in the table of operators.
#pragma once
#include "ops/op.h"

namespace tealight {

/// What to do where a build for chosen models lacks an operator; empty in whole builds.
constexpr std::string_view kWhereOperatorsAreChosen =
#if TL_SELECTED
    "build libtealight with this model, or a list with this operator, in TEALIGHT_MODELS";
#else
    "";
#endif

/// Every TL_OP of this build.
std::span<const Op* const> all_ops();
/// All overloads of an operator, the functional form first.
std::vector<const Overload*> overloads_of(const Op&);
/// Qualified names of all overloads and functions, the user's included, sorted.
std::vector<std::string_view> operator_names();
/// All that are called "aten::add", in the order in which they were defined.
std::vector<const Overload*> overloads_of(std::string_view name);

}  // namespace tealight

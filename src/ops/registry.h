// Who is in the table of operators.
#pragma once
#include "ops/op.h"

namespace tealight {

/// Every TL_OP of this build.
std::span<const Op* const> all_ops();
/// Qualified names of all overloads and functions, the user's included, sorted.
std::vector<std::string_view> operator_names();
/// Adds a user's operator for the whole process. Throws when the name is taken. Any thread.
TL_API const Overload& register_operator(std::string_view schema, ValueFn function);

}  // namespace tealight

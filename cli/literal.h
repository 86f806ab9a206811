// Values written as text, in JSON or as in Python.
#pragma once
#include <optional>
#include <string_view>

#include "tealight/value.h"

namespace tealight::cli {

/// 3  -1.5e3  inf  2j  true  True  null  None  "text"  'text'  [1, 2]  (1, "a")  {"a": 1, 2: 3}
/// Nothing when the text is no literal at all; throws Error with the position when it begins like
/// one.
std::optional<Value> parse_literal(std::string_view text);

/// A list whose element type is that of its items, if they are all of one.
Value list_of(std::vector<Value> items);
Value dict_of(std::vector<std::pair<Value, Value>> entries);

}  // namespace tealight::cli

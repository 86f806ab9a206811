// Values inside of tuples, lists and dicts, by paths such as {"0", "out"}.
#pragma once
#include <functional>
#include <span>

#include "tealight/value.h"

namespace tealight {

Value part_of(const Value& whole, std::span<const std::string> path);
/// A copy of the containers with `change` of a part in its place.
Value replace_part(const Value& whole, std::span<const std::string> path,
                   const std::function<Value(const Value&)>& change);
/// The same structure, of the values at each place in several.
Value zip_parts(std::span<const Value> wholes,
                const std::function<Value(std::span<const Value>)>& join);

}  // namespace tealight

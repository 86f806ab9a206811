// Types that lifting finds: of what is one value on one way and another on another, and of values
// from files.
#pragma once
#include "tealight/value.h"

namespace tealight::ir {

/// The narrowest type that both are; null: none but Any (a variable of a program cannot be the one
/// here and the other there).
TypePtr unify(const TypePtr& a, const TypePtr& b);

/// Of a constant or attribute. A file can put a container into another many times over, until its
/// type has no end; throws then, and for whatever else is too large to look through.
TypePtr type_of(const Value&);

}  // namespace tealight::ir

// Relations between types that the compiler asks about.
#pragma once
#include "graph/schema_match.h"
#include "graph/unify.h"
#include "script/unit.h"

namespace tealight::script {

using ir::unify;
/// Any of these: what unify gives where it gives something, else a Union.
TypePtr union_of(const std::vector<TypePtr>&);
/// Whether a value of one type may stand where the other is wanted, as it is. Classes fit their
/// interfaces.
bool fits(Unit&, const TypePtr& actual, const Type& wanted);
/// The same, where the wanted type has letters ("t[]"); they become bound.
bool fits(Unit&, const TypePtr& actual, const Type& wanted, ir::TypeBindings&);

}  // namespace tealight::script

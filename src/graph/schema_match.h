// Which overload of an operator takes given types, and what types come out. Types must fit as they
// are: the compiler's implicit conversions are the compiler's.
#pragma once
#include <map>

#include "graph/ir.h"

namespace tealight::ir {

/// What the letters of a schema stand for: "t" of "aten::append.t(t[](a!) self, t(c -> *) el)".
using TypeBindings = std::map<std::string, TypePtr>;

/// Whether a letter occurs in it: "t[]".
bool has_letters(const Type&);
/// Whether a value of type `actual` may be given where the schema says `formal`. Letters not bound
/// yet become bound.
bool matches(const Type& formal, const TypePtr& actual, TypeBindings& bound);
/// The formal type with its letters replaced; null: one is not bound.
TypePtr substitute(const TypePtr& formal, const TypeBindings& bound);

std::vector<TypePtr> types_of(std::span<Var* const>);
/// Whether the schema takes exactly these, all its arguments given.
bool takes(const FunctionSchema&, std::span<const TypePtr> given);
/// Of a call with these; throws when they do not fit.
std::vector<TypePtr> result_types(const FunctionSchema&, std::span<const TypePtr> given);

/// The overload that a node of this kind and input types means: the one that takes the most of them
/// as they are, rather than as a Scalar, Any or Optional. Null: none in this build.
const Overload* resolve(std::string_view kind, std::span<const TypePtr> given);

}  // namespace tealight::ir

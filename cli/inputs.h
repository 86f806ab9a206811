// What the user types as INPUT becomes the arguments of a method.
#pragma once
#include <string>
#include <vector>

#include "data/picture_options.h"
#include "tealight/module.h"

namespace tealight::cli {

inline constexpr const char* kInputHelp =
    "one for each argument: x.npy, a picture, rand:1,3,224,224[:dtype][:seed], zeros:..., ones:..., "
    "or a literal: 3, true, text, [1, 2], (1, 2), {\"a\": 1}; x=x.npy gives argument x by name";

/// One INPUT, for an argument of type `type` (null: unknown):
///   x.npy                              an array
///   photo.jpg                          a picture, made a tensor as `pictures` says
///   rand:1,3,224,224[:float32][:seed]  uniform numbers in [0, 1), integers in [0, 10)
///   zeros:2,3[:int64]                  zeros; ones:... likewise
///   3  true  "text"  [1, 2]  {"a": 1}  a literal of JSON or Python; see literal.h
/// Inside of a literal a text stands for such an INPUT where a tensor is due: ["a.npy", "b.npy"].
Value parse_input(const std::string& text, const Type* type, const PictureOptions& pictures);

/// The arguments of a method, in order or by name ("mask=mask.npy"). Throws UsageError that shows what the method takes when they are too
/// few or too many, or one is given twice.
std::vector<Value> parse_arguments(const Method&, const std::vector<std::string>& inputs,
                                   const PictureOptions&, const Module&);
/// Throws UsageError that lists the methods when there is none of that name.
Method find_method(const Module&, const std::string& name);
/// "forward(Tensor x, int n=1) -> Tensor"
std::string signature(const Method&);

/// CLI11 takes [1, 2] apart and -3 for an option, so arguments that look like these go through it
/// behind a mark.
std::string protected_literal(const std::string& argument);
std::string unprotected(const std::string& argument);

}  // namespace tealight::cli

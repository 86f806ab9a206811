// out= overloads by rule. Where a family was born without them, PyTorch generates its out=
// overloads: "name.out" of "name" and "name.x_out" of "name.x" compute into a new tensor, resize
// `out` and copy the result there, whatever its dtype. Trait::copied_out asks for the same;
// overloads whose out= form stands in .schemas keep that one.
#pragma once
#include "ops/op.h"

namespace tealight {

/// The name of the functional overload that "aten::flip.out" or "aten::rsub.Scalar_out" is made of;
/// empty when the name is of no out= overload.
std::string functional_name(std::string_view out_name);

/// The out= overload of a functional one, unless the family has one of its own or PyTorch has none
/// (results that are no tensors). The out of a list is a list, and nothing is returned.
std::optional<Overload> copied_out(const Overload& functional);

}  // namespace tealight

// Lite models whose weights lie in the file as 16-bit floats and are computed with as 32-bit ones.
#pragma once
#include "graph/code.h"

namespace tealight {

/// The same lite model, with float32 tensors kept as float16 in the states of its objects. Classes
/// get a __setstate__ that makes float32 of them, so that any reader of bytecode loads the model as
/// before, PyTorch too; constants of the root's methods, packed weights of XNNPACK among them,
/// become attributes that it makes. Left as they are: tensors that float16 cannot hold, and objects
/// that restore themselves already. Attributes lose their names, as in every object with
/// __setstate__.
ModelFile with_half_weights(const ModelFile& lite);

}  // namespace tealight

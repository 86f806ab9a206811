// What writers, passes and converters have in common when they make a model of another.
#pragma once
#include "graph/code.h"

namespace tealight {

/// The same model without its code: kind, path, operator version, objects, metadata, extra files.
ModelFile without_code(const ModelFile&);

}  // namespace tealight

// What the public functions that save models do.
#pragma once
#include "runtime/target.h"
#include "tealight/save.h"

namespace tealight {

void save_mobile(const Module&, const Target&, const SaveOptions&);
void save_mobile(ModelFile&, const Target&, const SaveOptions&);

}  // namespace tealight

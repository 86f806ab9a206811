// Where a network's pretrained weights lie.
#pragma once
#include <string>

#include "tealight/nn.h"

namespace tealight::models {

/// Reads what Options::weights means for the network `name` into `net`.
void load_pretrained(nn::Module& net, const std::string& name, const std::string& weights);

}  // namespace tealight::models

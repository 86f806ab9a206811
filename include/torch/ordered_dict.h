// libtorch: torch::OrderedDict.
#pragma once
#include "tealight/nn/ordered_dict.h"

// libtorch: torch::ExpandingArray.
#pragma once
#include "tealight/nn/expanding_array.h"

// libtorch: torch::jit::vulkanOptimizeForMobile.
#pragma once
#include "tealight/optimize.h"

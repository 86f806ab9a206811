// libtorch: torch::jit::metalOptimizeForMobile.
#pragma once
#include "tealight/optimize.h"

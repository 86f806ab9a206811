// libtorch: torch::jit::optimizeForMobile.
#pragma once
#include "tealight/optimize.h"

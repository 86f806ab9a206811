// libtorch: torch::jit::MobileOptimizerType.
#pragma once
#include "tealight/optimize.h"

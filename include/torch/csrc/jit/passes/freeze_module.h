// libtorch: torch::jit::freeze.
#pragma once
#include "tealight/optimize.h"

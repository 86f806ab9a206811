// libtorch: torch::nn, all modules.
#pragma once
#include "tealight/nn/modules.h"

// libtorch: torch::nn, all options.
#pragma once
#include "tealight/nn/options.h"

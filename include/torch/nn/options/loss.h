// libtorch: torch::nn, options.
#pragma once
#include "tealight/nn/options/loss.h"

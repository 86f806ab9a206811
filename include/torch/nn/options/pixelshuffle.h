// libtorch: torch::nn, options.
#pragma once
#include "tealight/nn/options/pixelshuffle.h"

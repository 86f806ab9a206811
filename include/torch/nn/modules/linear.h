// libtorch: torch::nn, linear layers.
#pragma once
#include "tealight/nn/modules/linear.h"

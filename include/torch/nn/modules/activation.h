// libtorch: torch::nn, layers.
#pragma once
#include "tealight/nn/modules/activation.h"

// libtorch: torch::nn.
#pragma once
#include "tealight/nn.h"

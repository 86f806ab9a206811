// libtorch: torch::kReLU ... torch::kMean.
#pragma once
#include "tealight/nn/enum.h"

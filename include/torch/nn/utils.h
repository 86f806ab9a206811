// libtorch: torch::nn::utils.
#pragma once
#include "tealight/nn/utils.h"

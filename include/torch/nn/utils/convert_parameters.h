// libtorch: torch::nn::utils, convert_parameters.
#pragma once
#include "tealight/nn/utils/convert_parameters.h"

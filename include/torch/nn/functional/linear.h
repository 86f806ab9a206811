// libtorch: torch::nn::functional, linear.
#pragma once
#include "tealight/nn/functional/linear.h"

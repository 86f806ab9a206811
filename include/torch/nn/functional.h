// libtorch: torch::nn::functional.
#pragma once
#include "tealight/nn/functional.h"

// libtorch: torch::nn::utils, clip_grad.
#pragma once
#include "tealight/nn/utils/clip_grad.h"

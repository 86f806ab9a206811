// torch::nn::utils.
#pragma once
#include "tealight/nn/utils/clip_grad.h"
#include "tealight/nn/utils/convert_parameters.h"
#include "tealight/nn/utils/rnn.h"

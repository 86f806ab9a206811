// libtorch: torch::nn::utils::rnn.
#pragma once
#include "tealight/nn/utils/rnn.h"

// libtorch: torch::nn, all functional.
#pragma once
#include "tealight/nn.h"

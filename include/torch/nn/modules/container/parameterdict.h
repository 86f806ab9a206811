// libtorch: torch::nn, parameterdict.
#pragma once
#include "tealight/nn/modules/container/parameterdict.h"

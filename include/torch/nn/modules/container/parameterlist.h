// libtorch: torch::nn, parameterlist.
#pragma once
#include "tealight/nn/modules/container/parameterlist.h"

// libtorch: torch::nn, module.
#pragma once
#include "tealight/nn/module.h"

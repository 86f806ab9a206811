// libtorch: torch::nn, modulelist.
#pragma once
#include "tealight/nn/modules/container/modulelist.h"

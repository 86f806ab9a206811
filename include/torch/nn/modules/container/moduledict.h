// libtorch: torch::nn, moduledict.
#pragma once
#include "tealight/nn/modules/container/moduledict.h"

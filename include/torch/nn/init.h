// libtorch: torch::nn, init.
#pragma once
#include "tealight/nn/init.h"

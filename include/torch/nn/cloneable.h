// libtorch: torch::nn, cloneable.
#pragma once
#include "tealight/nn/cloneable.h"

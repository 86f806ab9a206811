// libtorch: torch::nn, functions.
#pragma once
#include "tealight/nn/functional/embedding.h"

// libtorch: torch::nn, sequential.
#pragma once
#include "tealight/nn/modules/container/sequential.h"

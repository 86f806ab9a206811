// libtorch: torch::nn, functional.
#pragma once
#include "tealight/nn/modules/container/functional.h"

// libtorch: torch::optim.
#pragma once
#include "tealight/optim.h"

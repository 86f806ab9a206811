// libtorch: torch::observerConfig().
#pragma once
#include "tealight/torch.h"

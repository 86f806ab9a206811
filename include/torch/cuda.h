// libtorch: torch::cuda, which is not available.
#pragma once
#include "tealight/torch.h"

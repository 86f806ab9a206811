// libtorch: torch::Tensor, torch::kFloat.
#pragma once
#include "tealight/torch.h"

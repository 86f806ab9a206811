// libtorch: torch::autograd::Variable.
#pragma once
#include "tealight/torch.h"

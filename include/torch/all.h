// libtorch: the same as torch/torch.h.
#pragma once
#include "torch/torch.h"

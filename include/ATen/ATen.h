// libtorch: at::Tensor and all operators.
#pragma once
#include "tealight/torch.h"

// libtorch: at::Tensor.
#pragma once
#include "tealight/torch.h"

// libtorch: TORCH_LIBRARY.
#pragma once
#include "tealight/torch.h"

// libtorch: torch::jit::_load_for_mobile.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

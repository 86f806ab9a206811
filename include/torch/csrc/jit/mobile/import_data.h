// libtorch: torch::jit::mobile_module_to_parameter_map.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

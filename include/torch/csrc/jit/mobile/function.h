// libtorch: torch::jit::mobile::Function.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

// libtorch: torch::jit::Module.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"
#include "tealight/trace.h"

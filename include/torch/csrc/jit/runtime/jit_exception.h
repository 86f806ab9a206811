// libtorch: torch::jit::JITException.
#pragma once
#include "tealight/torch.h"

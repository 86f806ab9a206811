// libtorch: torch::jit::Stack.
#pragma once
#include "tealight/torch.h"

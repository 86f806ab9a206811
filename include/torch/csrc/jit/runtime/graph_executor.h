// libtorch: Optimizer guards.
#pragma once
#include "tealight/torch.h"

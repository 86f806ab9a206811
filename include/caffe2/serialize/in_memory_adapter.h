// libtorch: a model's bytes in memory.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

// libtorch: torch::nested.
#pragma once
#include "tealight/nested.h"
#include "tealight/torch.h"

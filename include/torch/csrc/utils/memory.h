// libtorch: std::make_unique.
#pragma once
#include "tealight/torch.h"

// libtorch: c10::irange.
#pragma once
#include "tealight/torch.h"

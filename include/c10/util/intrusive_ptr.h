// libtorch: Counted pointers.
#pragma once
#include "tealight/torch.h"

// libtorch: Allocator guards.
#pragma once
#include "tealight/torch.h"

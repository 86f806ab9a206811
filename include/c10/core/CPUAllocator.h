// libtorch: Allocators.
#pragma once
#include "tealight/torch.h"

// libtorch: The version whose names these are.
#pragma once
#include "tealight/torch.h"

#define TORCH_VERSION_MAJOR 1
#define TORCH_VERSION_MINOR 13
#define TORCH_VERSION_PATCH 1
#define TORCH_VERSION "1.13.1"

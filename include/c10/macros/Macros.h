// libtorch: Macros.
#pragma once
#include "tealight/torch.h"

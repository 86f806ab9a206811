// libtorch: One number of any kind.
#pragma once
#include "tealight/torch.h"

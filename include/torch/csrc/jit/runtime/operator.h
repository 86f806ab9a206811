// libtorch: Custom operators.
#pragma once
#include "tealight/torch.h"

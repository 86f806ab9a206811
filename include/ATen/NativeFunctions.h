// libtorch: All operators.
#pragma once
#include "tealight/torch.h"

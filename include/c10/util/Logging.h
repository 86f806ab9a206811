// libtorch: Checks and warnings.
#pragma once
#include "tealight/torch.h"

// libtorch: AT_DISPATCH_ALL_TYPES and its kin.
#pragma once
#include "tealight/torch.h"

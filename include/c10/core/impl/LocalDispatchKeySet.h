// libtorch: Guards.
#pragma once
#include "tealight/torch.h"

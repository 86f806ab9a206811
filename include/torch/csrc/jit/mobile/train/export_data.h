// libtorch: saving parameters.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

// libtorch: where models print to.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

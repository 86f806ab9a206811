// libtorch: where instructions come from.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

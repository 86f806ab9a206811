// libtorch: Types of values.
#pragma once
#include "tealight/torch.h"
#include "tealight/trace.h"

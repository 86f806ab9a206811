// libtorch: modules, tensors, values, custom operators and classes.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"
#include "tealight/trace.h"

// libtorch: modules, tensors, values, custom operators and classes.
#pragma once
#include "tealight/draw.h"
#include "tealight/libtorch_mobile.h"
#include "tealight/optimize.h"
#include "tealight/torch.h"
#include "tealight/trace.h"
#include "tealight/view.h"

// libtorch: all of torch but training.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"
#include "tealight/trace.h"

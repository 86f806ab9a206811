// libtorch: the form of code that runs.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

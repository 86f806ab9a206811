// libtorch: kinds of model files.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

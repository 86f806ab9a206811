// libtorch: what a model needs.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

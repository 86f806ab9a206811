// libtorch: operators of models.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

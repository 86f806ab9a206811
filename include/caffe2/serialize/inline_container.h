// libtorch: a model's archive.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

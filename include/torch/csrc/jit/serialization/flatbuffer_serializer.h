// libtorch: models as flatbuffers.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

// libtorch: at::RecordFunction.
#pragma once
#include "tealight/torch.h"

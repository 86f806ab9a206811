// libtorch: c10::OperatorName.
#pragma once
#include "tealight/torch.h"

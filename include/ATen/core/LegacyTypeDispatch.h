// libtorch: at::AutoNonVariableTypeMode.
#pragma once
#include "tealight/torch.h"

// libtorch: Numbers and tensors.
#pragma once
#include "tealight/torch.h"

// libtorch: Quantized engines.
#pragma once
#include "tealight/torch.h"

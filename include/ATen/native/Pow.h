// libtorch: at::pow.
#pragma once
#include "tealight/torch.h"

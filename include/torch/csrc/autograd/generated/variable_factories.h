// libtorch: torch::ones and its kin.
#pragma once
#include "tealight/torch.h"

// libtorch: All of torch.
#pragma once
#include "tealight/torch.h"

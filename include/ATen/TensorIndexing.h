// libtorch: at::indexing.
#pragma once
#include "tealight/torch.h"

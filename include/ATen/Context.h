// libtorch: at::globalContext().
#pragma once
#include "tealight/torch.h"

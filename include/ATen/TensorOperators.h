// libtorch: a + b.
#pragma once
#include "tealight/torch.h"

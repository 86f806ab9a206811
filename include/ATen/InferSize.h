// libtorch: Shapes.
#pragma once
#include "tealight/torch.h"

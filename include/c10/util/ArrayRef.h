// libtorch: A look at an array.
#pragma once
#include "tealight/torch.h"

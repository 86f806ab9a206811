// libtorch: a[i][j] on elements.
#pragma once
#include "tealight/torch.h"

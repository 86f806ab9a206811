// libtorch: Element types.
#pragma once
#include "tealight/torch.h"

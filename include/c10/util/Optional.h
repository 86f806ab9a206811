// libtorch: c10::optional.
#pragma once
#include "tealight/torch.h"

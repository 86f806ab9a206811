// libtorch: c10::Half.
#pragma once
#include "tealight/torch.h"

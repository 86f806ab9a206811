// libtorch: c10::str.
#pragma once
#include "tealight/torch.h"

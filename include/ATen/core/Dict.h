// libtorch: c10::Dict.
#pragma once
#include "tealight/torch.h"

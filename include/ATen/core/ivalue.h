// libtorch: c10::IValue.
#pragma once
#include "tealight/torch.h"

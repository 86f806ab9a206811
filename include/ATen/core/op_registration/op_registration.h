// libtorch: c10::RegisterOperators.
#pragma once
#include "tealight/torch.h"

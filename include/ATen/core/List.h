// libtorch: c10::List.
#pragma once
#include "tealight/torch.h"

// libtorch: c10::BFloat16.
#pragma once
#include "tealight/torch.h"

// libtorch: c10::complex.
#pragma once
#include "tealight/torch.h"

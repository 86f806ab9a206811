// The 16-bit floating point types are public: user code says at::Half.
#pragma once
#include "tealight/half.h"

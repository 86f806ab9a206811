// libtorch: Odds and ends of ATen.
#pragma once
#include "tealight/torch.h"

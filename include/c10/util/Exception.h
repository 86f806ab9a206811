// libtorch: Errors and checks.
#pragma once
#include "tealight/torch.h"

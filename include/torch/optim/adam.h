// libtorch: the optimizer.
#pragma once
#include "tealight/optim/adam.h"

// libtorch: the optimizer.
#pragma once
#include "tealight/optim/lbfgs.h"

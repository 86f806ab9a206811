// libtorch: the optimizer.
#pragma once
#include "tealight/optim/sgd.h"

// libtorch: the optimizer.
#pragma once
#include "tealight/optim/rmsprop.h"

// libtorch: Optimizer.
#pragma once
#include "tealight/optim/optimizer.h"

// libtorch: the optimizer.
#pragma once
#include "tealight/optim/adagrad.h"

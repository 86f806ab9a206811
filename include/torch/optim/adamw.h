// libtorch: the optimizer.
#pragma once
#include "tealight/optim/adamw.h"

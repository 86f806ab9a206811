// libtorch: optimizers in archives.
#pragma once
#include "tealight/optim/optimizer.h"

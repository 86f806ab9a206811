// libtorch: schedulers.
#pragma once
#include "tealight/optim/lr_scheduler.h"

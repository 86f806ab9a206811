// torch::optim: optimizers and schedulers of learning rates.
#pragma once
#include "tealight/optim/adagrad.h"
#include "tealight/optim/adam.h"
#include "tealight/optim/adamw.h"
#include "tealight/optim/lbfgs.h"
#include "tealight/optim/lr_scheduler.h"
#include "tealight/optim/optimizer.h"
#include "tealight/optim/rmsprop.h"
#include "tealight/optim/sgd.h"

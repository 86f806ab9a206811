// torch::nn: modules, functionals, losses, containers, init; part of libtealight_train.
#pragma once
#include "tealight/nn/any_module.h"
#include "tealight/nn/expanding_array.h"
#include "tealight/nn/functional.h"
#include "tealight/nn/init.h"
#include "tealight/nn/modules.h"
#include "tealight/nn/options.h"
#include "tealight/nn/utils.h"

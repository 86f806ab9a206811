// torch::nn: modules, functionals, losses, containers, init; part of libtealight_train.
#pragma once
#include "tealight/nn/any_module.h"
#include "tealight/nn/expanding_array.h"
#include "tealight/nn/init.h"
#include "tealight/nn/modules/container/functional.h"
#include "tealight/nn/modules/container/moduledict.h"
#include "tealight/nn/modules/container/modulelist.h"
#include "tealight/nn/modules/container/parameterdict.h"
#include "tealight/nn/modules/container/parameterlist.h"
#include "tealight/nn/modules/container/sequential.h"
#include "tealight/nn/modules/linear.h"
#include "tealight/nn/utils.h"

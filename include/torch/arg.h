// libtorch: TORCH_ARG.
#pragma once
#include "tealight/arg.h"

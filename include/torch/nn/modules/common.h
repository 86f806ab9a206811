// libtorch: FORWARD_HAS_DEFAULT_ARGS.
#pragma once
#include "tealight/nn/any_module.h"

// libtorch: options of linear layers.
#pragma once
#include "tealight/nn/options/linear.h"

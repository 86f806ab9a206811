// libtorch: torch::apply.
#pragma once
#include "tealight/nn/base.h"

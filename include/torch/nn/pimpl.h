// libtorch: ModuleHolder, TORCH_MODULE.
#pragma once
#include "tealight/nn/holder.h"

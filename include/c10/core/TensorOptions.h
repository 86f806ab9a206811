// libtorch: Options of factory functions.
#pragma once
#include "tealight/torch.h"

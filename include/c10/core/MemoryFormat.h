// libtorch: Memory formats.
#pragma once
#include "tealight/torch.h"

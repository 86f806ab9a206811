// libtorch: autograd.
#pragma once
#include "tealight/torch.h"

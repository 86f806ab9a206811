// libtorch: Guards of autograd.
#pragma once
#include "tealight/torch.h"

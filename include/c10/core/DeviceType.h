// libtorch: Kinds of devices.
#pragma once
#include "tealight/torch.h"

// libtorch: Devices.
#pragma once
#include "tealight/torch.h"

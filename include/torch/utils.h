// libtorch: Guards and threads.
#pragma once
#include "tealight/torch.h"

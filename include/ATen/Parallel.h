// libtorch: Threads.
#pragma once
#include "tealight/torch.h"

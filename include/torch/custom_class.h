// libtorch: Custom classes.
#pragma once
#include "tealight/torch.h"

// libtorch: at::AutoGradMode.
#pragma once
#include "tealight/torch.h"

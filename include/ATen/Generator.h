// libtorch: at::Generator.
#pragma once
#include "tealight/torch.h"

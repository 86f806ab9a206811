// libtorch: c10::GradMode.
#pragma once
#include "tealight/torch.h"

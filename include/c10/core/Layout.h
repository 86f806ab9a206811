// libtorch: Layouts.
#pragma once
#include "tealight/torch.h"

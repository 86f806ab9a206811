// libtorch: c10::string_view.
#pragma once
#include "tealight/torch.h"

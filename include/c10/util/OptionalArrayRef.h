// libtorch: c10::OptionalArrayRef.
#pragma once
#include "tealight/torch.h"

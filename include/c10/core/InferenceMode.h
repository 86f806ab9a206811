// libtorch: c10::InferenceMode.
#pragma once
#include "tealight/torch.h"

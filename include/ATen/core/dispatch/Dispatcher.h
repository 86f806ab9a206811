// libtorch: c10::Dispatcher.
#pragma once
#include "tealight/torch.h"

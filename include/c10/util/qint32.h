// libtorch: c10::qint32.
#pragma once
#include "tealight/torch.h"

// libtorch: c10::qint8.
#pragma once
#include "tealight/torch.h"

// libtorch: c10::quint8.
#pragma once
#include "tealight/torch.h"

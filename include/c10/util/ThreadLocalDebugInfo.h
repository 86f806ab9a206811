// libtorch: what a thread carries along.
#pragma once
#include "tealight/torch.h"

// libtorch: Printing.
#pragma once
#include "tealight/torch.h"

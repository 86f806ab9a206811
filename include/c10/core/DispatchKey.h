// libtorch: Who implements an operator.
#pragma once
#include "tealight/torch.h"

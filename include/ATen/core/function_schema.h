// libtorch: Schemas.
#pragma once
#include "tealight/torch.h"

// libtorch: ska::flat_hash_map.
#pragma once
#include "tealight/optim/optimizer.h"

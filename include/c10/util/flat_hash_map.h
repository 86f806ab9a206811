// libtorch: ska::flat_hash_map.
#pragma once
#include "tealight/flat_hash_map.h"

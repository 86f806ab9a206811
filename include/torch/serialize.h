// libtorch: torch::save, torch::load.
#pragma once
#include "tealight/serialize.h"

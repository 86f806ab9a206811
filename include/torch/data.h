// libtorch: torch::data.
#pragma once
#include "tealight/loader.h"

// libtorch: archives of torch::save.
#pragma once
#include "tealight/serialize.h"

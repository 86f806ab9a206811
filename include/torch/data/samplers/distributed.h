// libtorch: samplers.
#pragma once
#include "tealight/loader/samplers.h"

// libtorch: transforms.
#pragma once
#include "tealight/loader/transforms.h"

// libtorch: at::meta.
#pragma once
#include "tealight/meta.h"

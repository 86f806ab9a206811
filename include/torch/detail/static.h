// libtorch: what a type is: a module, a holder.
#pragma once
#include "tealight/nn/base.h"

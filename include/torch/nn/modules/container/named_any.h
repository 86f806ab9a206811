// libtorch: AnyValue, AnyModule, NamedAnyModule.
#pragma once
#include "tealight/nn/any_module.h"

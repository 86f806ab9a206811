// The code form is public, so that programs can look at a model's methods; see there.
#pragma once
#include "ops/op.h"
#include "tealight/code.h"

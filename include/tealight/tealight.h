// Everything that a program needs.
#pragma once
#include "tealight/error.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/tensor.h"
#include "tealight/value.h"

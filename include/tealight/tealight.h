// Everything that a program needs.
#pragma once
#include "tealight/containers.h"
#include "tealight/context.h"
#include "tealight/error.h"
#include "tealight/factories.h"
#include "tealight/grad_mode.h"
#include "tealight/half.h"
#include "tealight/indexing.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/tensor.h"
#include "tealight/value.h"

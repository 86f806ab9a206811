// libtorch: tensors, modules, values, custom operators and classes, training.
#pragma once
#include "tealight/draw.h"
#include "tealight/gradcheck.h"
#include "tealight/libtorch_mobile.h"
#include "tealight/loader.h"
#include "tealight/nn.h"
#include "tealight/ops_namespaces.h"
#include "tealight/optim.h"
#include "tealight/optimize.h"
#include "tealight/serialize.h"
#include "tealight/torch.h"
#include "tealight/trace.h"
#include "tealight/view.h"

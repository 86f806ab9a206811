// libtorch: torch::linalg.
#pragma once
#include "tealight/ops_namespaces.h"
#include "tealight/torch.h"

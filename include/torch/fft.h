// libtorch: torch::fft.
#pragma once
#include "tealight/ops_namespaces.h"
#include "tealight/torch.h"

// libtorch: c10::make_tempfile.
#pragma once
#include "tealight/tempfile.h"
#include "tealight/torch.h"

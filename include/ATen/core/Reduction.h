// libtorch: at::Reduction.
#pragma once
#include "tealight/torch.h"

namespace at::Reduction {
enum Reduction { None, Mean, Sum, END };
}

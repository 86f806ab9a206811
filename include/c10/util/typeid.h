// libtorch: caffe2::TypeMeta.
#pragma once
#include "tealight/torch.h"

// libtorch: caffe2::serialize::FileAdapter.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

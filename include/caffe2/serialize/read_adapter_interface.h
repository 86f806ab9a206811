// libtorch: caffe2::serialize::ReadAdapterInterface.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

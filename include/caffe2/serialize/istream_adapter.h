// libtorch: caffe2::serialize::IStreamAdapter.
#pragma once
#include "tealight/libtorch_mobile.h"
#include "tealight/torch.h"

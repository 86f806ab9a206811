// libtorch: the number of threads, as caffe2 sets it.
#pragma once
#include "caffe2/utils/threadpool/ThreadPool.h"

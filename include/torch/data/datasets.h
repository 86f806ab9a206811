// libtorch: datasets.
#pragma once
#include "tealight/loader/chunk.h"
#include "tealight/loader/dataset.h"
#include "tealight/loader/mnist.h"

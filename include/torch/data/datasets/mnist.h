// libtorch: MNIST.
#pragma once
#include "tealight/loader/mnist.h"

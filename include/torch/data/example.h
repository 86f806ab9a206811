// libtorch: Example.
#pragma once
#include "tealight/loader/dataset.h"

// libtorch: datasets.
#pragma once
#include "tealight/loader/dataset.h"

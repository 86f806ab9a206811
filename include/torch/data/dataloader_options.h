// libtorch: DataLoaderOptions.
#pragma once
#include "tealight/loader/dataloader.h"

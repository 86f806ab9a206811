// libtorch: loaders.
#pragma once
#include "tealight/loader/dataloader.h"

// libtorch: make_data_loader.
#pragma once
#include "tealight/loader/dataloader.h"

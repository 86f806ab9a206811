// libtorch: WorkerException.
#pragma once
#include "tealight/loader/dataloader.h"

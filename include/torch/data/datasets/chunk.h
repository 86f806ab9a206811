// libtorch: ChunkDataset.
#pragma once
#include "tealight/loader/chunk.h"

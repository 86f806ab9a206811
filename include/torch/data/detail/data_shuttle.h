// libtorch: a loader's queues.
#pragma once
#include "tealight/loader/queue.h"

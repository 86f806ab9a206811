// libtorch: Iterator.
#pragma once
#include "tealight/loader/iterator.h"

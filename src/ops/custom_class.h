// Where the library itself looks for custom classes; the interface is public.
#pragma once
#include "tealight/custom_class.h"

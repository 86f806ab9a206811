// libtorch: on-device training.
#pragma once
#include "tealight/mobile_train.h"

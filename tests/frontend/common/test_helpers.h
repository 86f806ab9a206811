// What autograd.cpp includes as ATen/core/boxing/impl/test_helpers.h; its tests of the dispatcher are left out.
#pragma once
#include <gtest/gtest.h>

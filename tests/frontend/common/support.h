// Stands for PyTorch's test/cpp/common/support.h, where a source tree lacks it.
#pragma once
#include <gtest/gtest.h>

#include <exception>
#include <string>

// A statement of its own: some tests put no semicolon behind it, and some one inside.
#define ASSERT_THROWS_WITH(statement, text)                                                  \
  try {                                                                                      \
    (void)statement;                                                                         \
    FAIL() << "Expected statement `" #statement "` to throw an exception, but it did not";   \
  } catch (const std::exception& e) {                                                        \
    if (std::string(e.what()).find(text) == std::string::npos)                               \
      FAIL() << "Error message \"" << e.what() << "\" did not contain \"" << (text) << "\""; \
  }

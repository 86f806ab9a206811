// Stands for PyTorch's test/cpp/common/support.h, where a source tree lacks it.
#pragma once
#include <gtest/gtest.h>

#include <exception>
#include <string>

#define ASSERT_THROWS_WITH(statement, text)                                                  \
  do {                                                                                       \
    try {                                                                                    \
      (void)(statement);                                                                     \
      FAIL() << "Expected statement `" #statement "` to throw an exception, but it did not"; \
    } catch (const std::exception& e) {                                                      \
      const std::string message = e.what();                                                  \
      if (message.find(text) == std::string::npos)                                           \
        FAIL() << "Error message \"" << message << "\" did not contain \"" << text << "\"";  \
    }                                                                                        \
  } while (false)

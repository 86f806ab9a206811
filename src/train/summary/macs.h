// How many multiply-accumulates an operator does.
#pragma once
#include "tealight/value.h"

namespace tealight {

/// Whether it is one whose multiplications are counted, together with those of what it is made of.
bool counts_macs(const std::string& operator_name);
int64_t macs_of(const std::string& operator_name, const std::vector<Value>& arguments,
                const std::vector<Value>& results);

}  // namespace tealight

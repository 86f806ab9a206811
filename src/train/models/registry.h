// The table of classifiers: name, picture size, how it is made, and the files that torchvision
// keeps its ImageNet weights in.
#pragma once
#include <span>

#include "train/models/families.h"

namespace tealight::models {

struct Entry {
  const char* name;
  int64_t input_size;
  Net (*make)(int64_t classes);
  const char* weights;  // names apart by spaces, the best first; the last part of each is a hash
};
std::span<const Entry> classifiers();

}  // namespace tealight::models

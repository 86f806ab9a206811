// What is known of PyTorch's releases: which lite models they read, and which operators they have.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tealight/code.h"
#include "tealight/module.h"

namespace tealight::cli {

/// One release, and why a model fails there; nothing is said of what is not known for certain.
struct ReleaseVerdict {
  std::string release;               // "1.9"
  std::vector<std::string> reasons;  // empty: nothing is known against it
};

/// Of a lite model or of TorchScript, for each release from 1.5 on that the table knows.
std::vector<ReleaseVerdict> releases_for(const Module&);
/// Its names.
const std::vector<std::string>& known_releases();

}  // namespace tealight::cli

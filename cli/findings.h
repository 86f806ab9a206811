// What is wrong with a model, each with the evidence for it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tealight/module.h"

namespace tealight::cli {

struct Finding {
  enum class Weight : uint8_t { note, warning, error };
  std::string id;  // "training"
  Weight weight = Weight::note;
  bool certain = true;  // else likely
  std::string what = {};
  std::vector<std::string> where = {};  // layers, operators
  std::string fix = {};
};

/// What the file shows without being run; `path` is where it was loaded from. `original`: the model
/// that it was optimized from.
std::vector<Finding> findings_of(const Module&, const std::string& path, const Module* original);
/// That a method serves one batch size only, by running it on a larger one than `example`.
std::optional<Finding> batch_finding(const Module&, const std::string& method,
                                     const std::vector<Value>& example);

}  // namespace tealight::cli

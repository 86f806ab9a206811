// Loads bytes as a model and runs its methods, under limits: what no file may break.
#pragma once
#include <string>
#include <vector>

#include "tealight/module.h"

namespace tealight::testing {

struct RecordedCall {
  std::string method;
  std::vector<Value> args;
};

struct Outcome {
  bool loaded = false;
  int ran = 0, raised = 0;  // calls
  std::string internal;     // an error that says the fault is ours
  void note(const Error& e) {
    if (e.kind() == ErrorKind::internal) internal = e.what();
  }
};

using ChooseCalls = std::function<std::vector<RecordedCall>(const Module&)>;

/// Every call is tried; what the library throws is caught. Asks for attributes and operators too.
Outcome load_and_run(const std::string& file, const ChooseCalls&, const LoadOptions&);

/// Arguments for any method, after its schema.
std::vector<RecordedCall> calls_by_schema(const Module&, IntArrayRef tensor_shape);

}  // namespace tealight::testing

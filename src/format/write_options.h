// What a caller may choose when a lite model is written.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "tealight/value.h"

namespace tealight {

struct WriteOptions {
  int64_t bytecode_version = 8;  // of zips: 4 to 8; flatbuffers are 9
  /// Where in the author's program each instruction comes from, if the model knows.
  bool debug_info = false;
  /// Beside those that the model has.
  std::map<std::string, std::string> extra_files;
  /// What an object's __getstate__ gives; nothing: its attributes, or the state that it was read
  /// with.
  std::function<std::optional<Value>(const intrusive_ptr<ObjectImpl>&)> state;
};

}  // namespace tealight

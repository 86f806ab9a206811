// What the ways to save a model share: where the bytes go, and how objects tell their states.
#pragma once
#include "format/byte_sink.h"
#include "format/write_options.h"
#include "runtime/module_state.h"

namespace tealight {

/// A file or stream to write to.
struct SaveTarget {
  std::function<void(const std::function<void(ByteSink&)>&)> open;
  std::string root;  // of an archive

  static SaveTarget file(const std::string& path);
  static SaveTarget stream(std::ostream&);
};

/// Runs the __getstate__ of a module's objects that have one.
class GetState {
 public:
  explicit GetState(const Module& m) : module_(m), methods_(m.file()) {}
  std::optional<Value> operator()(const intrusive_ptr<ObjectImpl>&) const;

 private:
  const Module& module_;
  MethodTable methods_;
};

}  // namespace tealight

// What the copies of a Module share.
#pragma once
#include <mutex>

#include "format/byte_source.h"
#include "runtime/context.h"
#include "tealight/module.h"

namespace tealight {

class MobileModuleObserver;

struct ModuleState {
  ModelFile file;
  MethodTable methods;
  intrusive_ptr<ObjectImpl> root;
  RunLimits limits;
  std::shared_ptr<char> kept;  // set_delete_memory
  mutable std::mutex lifting;
  mutable std::shared_ptr<script::Unit> lifted;
  std::vector<std::unique_ptr<Function>> replaced;  // by rebuild(); methods may still hold them

  std::shared_ptr<Plans> plans;  // null: instructions only

  explicit ModuleState(ModelFile f, const LoadOptions& options = {});
  ~ModuleState();
  /// Without `self` it is a function. Arguments not given take their defaults.
  Value run(const Function&, const intrusive_ptr<ObjectImpl>& self, std::vector<Value> args,
            const RunLimits&) const;
  /// The same, with the observer told (may be null) and MobileDebugInfo set.
  Value run_watched(const Function&, const intrusive_ptr<ObjectImpl>& self, std::vector<Value> args,
                    const RunLimits&, MobileModuleObserver*) const;
  /// The file's program, or what its bytecode is lifted to. Throws when it was not kept.
  const std::shared_ptr<script::Unit>& program() const;
  /// Makes the code anew, of all that the program holds by now.
  void rebuild();
};

using ExtraFilesMap = std::unordered_map<std::string, std::string>;
enum class ExtraFiles {
  named,  // those whose names are in the map already
  all,
};
void give_extra_files(const std::map<std::string, std::string>& files, ExtraFilesMap& extra,
                      ExtraFiles);

/// From bytes of any kind; tells the observer, if there is one. Fills `extra` unless it is null.
Module load_module(const ByteSource&, const LoadOptions&, ExtraFilesMap* extra = nullptr,
                   ExtraFiles = ExtraFiles::named);

}  // namespace tealight

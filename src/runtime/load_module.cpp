// Loading a module from bytes, its extra files, and the observer who is told of it.
#include <atomic>

#include "format/load.h"
#include "runtime/module_state.h"
#include "tealight/observer.h"

namespace tealight {
namespace {

Module read_module(const ByteSource& source, const LoadOptions& options) {
  ReadOptions read;
  read.debug_info = options.debug_info;
  read.max_memory = options.limits.memory_bytes;
  read.keep_program = options.keep_program;
  return Module::make(read_model(source, read), options);
}

// What a failed load can still tell: extra files are read without the model.
void give_what_can_be_read(const ByteSource& source, ExtraFilesMap& extra) {
  try {
    give_extra_files(read_extra_files(source), extra, ExtraFiles::named);
  } catch (const Error&) {
  }
}

Module load_observed(const ByteSource& source, const LoadOptions& options, ExtraFilesMap& extra,
                     ExtraFiles which, MobileModuleObserver& observer) {
  static std::atomic<int32_t> next_key{1};
  const int32_t key = next_key++;
  observer.onEnterLoadModel(key);
  for (const std::string& name : observer.getDefaultExtraFiles()) extra.try_emplace(name);
  try {
    Module m = read_module(source, options);
    give_extra_files(m.extra_files(), extra, which);
    extra.try_emplace("model_name", m.name());
    extra.try_emplace("model_size", std::to_string(source.size()));
    const auto metadata = observer.processMetadataFromExtra(extra);
    m.setMetadata(metadata);
    observer.onExitLoadModel(key, metadata);
    return m;
  } catch (const std::exception& e) {
    give_what_can_be_read(source, extra);
    observer.onFailLoadModel(key, e.what(), observer.processMetadataFromExtra(extra));
    throw;
  }
}

}  // namespace

void give_extra_files(const std::map<std::string, std::string>& files, ExtraFilesMap& extra,
                      ExtraFiles which) {
  if (which == ExtraFiles::all) {
    for (const auto& [name, text] : files) extra[name] = text;
    return;
  }
  for (auto& [name, text] : extra)
    if (const auto it = files.find(name); it != files.end()) text = it->second;
}

Module load_module(const ByteSource& source, const LoadOptions& options, ExtraFilesMap* extra,
                   ExtraFiles which) {
  ExtraFilesMap none;
  ExtraFilesMap& wanted = extra ? *extra : none;
  if (MobileModuleObserver* observer = observerConfig().getModuleObserver())
    return load_observed(source, options, wanted, which, *observer);
  Module m = read_module(source, options);
  give_extra_files(m.extra_files(), wanted, which);
  return m;
}

}  // namespace tealight

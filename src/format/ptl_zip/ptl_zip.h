// Lite models and checkpoints in zip archives.
#pragma once
#include "format/ptl_zip/torch_pickle.h"
#include "format/ptl_zip/zip.h"

namespace tealight {

/// The tensors' bytes of an archive. One storage for each record, however often it is named.
class ArchiveStorages {
 public:
  explicit ArchiveStorages(const ZipFile& zip) : zip_(zip) {}
  /// `folder` is "data/", "constants/" or "bytecode/".
  intrusive_ptr<Storage> get(const std::string& folder, const std::string& key, ScalarType,
                             int64_t numel);

 private:
  const ZipFile& zip_;
  std::unordered_map<std::string, intrusive_ptr<Storage>> by_record_;
};

/// Unpickles record `name`; its storages lie in `folder`. `context.storage` is set by this
/// function.
Value read_pickle(const ZipFile&, const std::string& name, const std::string& folder,
                  ArchiveStorages&, PickleContext context);

/// The version record, which is the version of the operators: 1 to 10, or 0 when there is none.
int64_t read_archive_version(const ZipFile&);

/// An archive with bytecode.pkl.
ModelFile read_ptl_zip(const ZipFile&);
/// Its extra/ records.
std::map<std::string, std::string> read_extra_files(const ZipFile&);

}  // namespace tealight

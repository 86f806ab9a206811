#include "graph/model_file.h"

namespace tealight {

ModelFile without_code(const ModelFile& from) {
  ModelFile file;
  file.kind = from.kind;
  file.path = from.path;
  file.operator_version = from.operator_version;
  file.root = from.root;
  file.metadata = from.metadata;
  file.extra_files = from.extra_files;
  return file;
}

}  // namespace tealight

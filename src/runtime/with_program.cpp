#include "runtime/with_program.h"

#include "script/lift_program.h"
#include "script/program_code.h"

namespace tealight {

ModelFile with_program(const Module& module) {
  const ModelFile& from = module.file();
  ModelFile file;
  file.kind = from.kind;
  file.path = from.path;
  file.operator_version = from.operator_version;
  file.root = from.root;
  file.metadata = from.metadata;
  file.extra_files = from.extra_files;
  file.program = from.program ? from.program : script::lift_program(from);
  script::ProgramCode(*file.program, file, true).want_all();
  return file;
}

}  // namespace tealight

#include "runtime/with_program.h"

#include "graph/model_file.h"
#include "script/lift_program.h"
#include "script/program_code.h"

namespace tealight {

std::shared_ptr<script::Unit> program_of(const ModelFile& file) {
  if (file.program) return file.program;
  if (file.bytecode_version > 0) return script::lift_program(file);
  Error e("the module was loaded without its program");
  e.at(file.path).fix("load it with torch::jit::load, or with LoadOptions::keep_program");
  throw e;
}

ModelFile with_program(const Module& module) {
  const ModelFile& from = module.file();
  ModelFile file = without_code(from);
  file.program = program_of(from);
  script::ProgramCode(*file.program, file, true).want_all();
  return file;
}

}  // namespace tealight

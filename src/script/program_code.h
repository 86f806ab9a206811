// From a unit's functions to Code that runs: what is asked for, and all that it calls.
#pragma once
#include <list>

#include "graph/code.h"
#include "graph/lower.h"
#include "script/unit.h"

namespace tealight::script {

/// Functions of the program as Code.
class ProgramCode {
 public:
  ProgramCode(Unit& unit, ModelFile& file, bool debug);
  /// The function's place; its code is there after finish().
  const Function* want(ScriptFunction&);
  const Function* want_method(const std::string& class_name, const std::string& method);
  /// Every method of every class that was met so far, or is on the way.
  void want_all();
  /// Compiles and lowers what was wanted, and all that this leads to.
  void finish();

 private:
  void lower(ScriptFunction&, Function&);
  void want_implementations();

  Unit& unit_;
  ModelFile& file_;
  ir::Linkage linkage_;
  std::map<ScriptFunction*, Function*> functions_;
  std::vector<std::pair<ScriptFunction*, Function*>> open_;
};

/// Classes and functions of texts that are given one after the other, under "__torch__.".
class ProgramTexts : public Resolver {
 public:
  /// Parses a text; what it gives lives as long as this.
  const Program& add(const std::string& name, const std::string& text);
  Found find(const std::string& qualified_name) override;

 private:
  std::list<Program> programs_;
};

/// The functions of a text, as Code; named "__torch__.f", as its classes are. For
/// torch::jit::compile, and for tests.
ModelFile compile_source(const std::string& name, const std::string& text);

}  // namespace tealight::script

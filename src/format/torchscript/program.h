// The program of a TorchScript archive: finds text by qualified names in code/, compiles what is
// asked for and all that it calls.
#pragma once
#include "format/ptl_zip/zip.h"
#include "graph/code.h"
#include "graph/lower.h"
#include "script/unit.h"

namespace tealight {

/// code/**.py, each parsed when a name in it is first asked for.
class ArchiveText : public script::Resolver {
 public:
  ArchiveText(const ZipFile& zip, int64_t version, bool before_1_13)
      : zip_(zip), version_(version), before_1_13_(before_1_13) {}
  Found find(const std::string& qualified_name) override;
  const Value* constant(const std::string& name) override;
  std::string old_operator(const std::string& symbol) override;
  void set_constants(std::vector<Value> values) { constants_ = std::move(values); }

 private:
  const script::Program* program(const std::string& prefix);

  const ZipFile& zip_;
  int64_t version_;
  bool before_1_13_;
  std::map<std::string, std::unique_ptr<script::Program>> programs_;  // null: no such file
  std::vector<Value> constants_;
};

/// Functions of the program as Code.
class ProgramCode {
 public:
  ProgramCode(script::Unit& unit, ModelFile& file, bool debug);
  /// The function's place; its code is there after finish().
  const Function* want(script::ScriptFunction&);
  const Function* want_method(const std::string& class_name, const std::string& method);
  /// Compiles and lowers what was wanted, and all that this leads to.
  void finish();

 private:
  void lower(script::ScriptFunction&, Function&);
  void want_implementations();

  script::Unit& unit_;
  ModelFile& file_;
  ir::Linkage linkage_;
  std::map<script::ScriptFunction*, Function*> functions_;
  std::vector<std::pair<script::ScriptFunction*, Function*>> open_;
  size_t looked_at_ = 0;  // of the unit's references
};

}  // namespace tealight

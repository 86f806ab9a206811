// The program's text of a TorchScript archive, found by qualified names in code/.
#pragma once
#include <deque>

#include "format/ptl_zip/zip.h"
#include "script/unit.h"

namespace tealight {

/// code/**.py, each parsed when a name in it is first asked for.
class ArchiveText : public script::Resolver {
 public:
  /// `folder`: "code/"
  ArchiveText(const ZipFile& zip, std::string folder, int64_t version, bool before_1_13)
      : zip_(&zip), folder_(std::move(folder)), version_(version), before_1_13_(before_1_13) {}
  Found find(const std::string& qualified_name) override;
  const Value* constant(const std::string& name) override;
  std::string old_operator(const std::string& symbol) override;
  bool packed_weights_are_tensors() override { return version_ <= 2; }
  /// A program that lies elsewhere in the archive.
  const script::Program& keep(script::Program);
  /// What was not read by now counts as absent; the archive may go.
  void close() { zip_ = nullptr; }
  void set_constants(std::vector<Value> values) { constants_ = std::move(values); }

 private:
  const script::Program* program(const std::string& prefix);

  const ZipFile* zip_;  // null: closed
  std::string folder_;
  int64_t version_;
  bool before_1_13_;
  std::map<std::string, std::unique_ptr<script::Program>> programs_;  // null: no such file
  std::deque<script::Program> others_;
  std::vector<Value> constants_;
};

}  // namespace tealight

// What archives of TorchScript have in common, whatever layout their objects lie in.
#pragma once
#include "format/bytecode.h"
#include "format/ptl_zip/ptl_zip.h"
#include "format/torchscript/archive_text.h"
#include "script/program_code.h"

namespace tealight {

class ScriptArchive {
 protected:
  /// `folder` holds the program's text: "code/"
  ScriptArchive(const ZipFile& zip, std::string folder, int64_t version, bool before_1_13)
      : zip_(zip),
        version_(version),
        text_(std::make_shared<ArchiveText>(zip, std::move(folder), version, before_1_13)),
        unit_(std::make_shared<script::Unit>(text_)),
        storages_(zip),
        code_(*unit_, file_, zip.options().debug_info) {}

  void begin(std::string kind) {
    file_.kind = std::move(kind);
    for (const ZipRecord& r : zip_.records()) file_.records.emplace_back(r.name, r.size);
    file_.operator_version = version_;
    check_operator_version(version_);
  }
  /// Compiles what is wanted by then.
  ModelFile finish() {
    if (zip_.options().keep_program) {
      code_.want_all();
      text_->close();
      file_.program = unit_;
    } else {
      code_.finish();
    }
    file_.extra_files = read_extra_files(zip_);
    return std::move(file_);
  }

  const ZipFile& zip_;
  int64_t version_;
  std::shared_ptr<ArchiveText> text_;
  std::shared_ptr<script::Unit> unit_;
  ModelFile file_;
  TypeTable types_;
  ArchiveStorages storages_;
  script::ProgramCode code_;
};

}  // namespace tealight

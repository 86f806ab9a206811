#include "runtime/prepare.h"

#include <set>

#include "ops/registry.h"
#include "runtime/argument_counts.h"
#include "runtime/link.h"
#include "runtime/verifier.h"

namespace tealight {
namespace {

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

}  // namespace

void prepare(ModelFile& file, bool check_operators) {
  // TorchScript's compiler has chosen the operators by the file's version already.
  const bool bytecode = file.bytecode_version > 0;
  const FileVersions versions =
      bytecode ? FileVersions{file.bytecode_version, file.operator_version, file.before_1_13}
               : FileVersions{};
  std::set<std::string> missing;
  for (auto& f : file.functions) {
    const std::vector<std::string> names = link(*f, versions);
    missing.insert(names.begin(), names.end());
  }
  if (!missing.empty() && check_operators) {
    Error e(str("Following ops cannot be found: [", joined(missing), "]"), ErrorKind::unsupported);
    std::string fix(kWhereOperatorsAreChosen);
    if (!fix.empty()) fix += "; or ";
    throw e.fix(fix +
                "register these operators before the model is loaded, or load with "
                "LoadOptions::check_operators off to run the methods that do without them");
  }
  infer_argument_counts(file.functions);
  for (auto& f : file.functions) verify(*f);
}

}  // namespace tealight

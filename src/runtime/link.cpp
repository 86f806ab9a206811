#include "runtime/link.h"

namespace tealight {
namespace {

constexpr size_t kMaxArguments = 1000;

// Takes "(...)" by its schema and always three; PyTorch calls it by OP before version 8.
constexpr std::string_view kToList = "prim::tolist";
constexpr uint16_t kToListArguments = 3;

size_t out_arguments(const FunctionSchema& s) {
  size_t n = 0;
  for (const Argument& a : s.arguments) n += a.written && a.kwarg_only;
  return n;
}

void link_use(OperatorUse& use, const Overload& target) {
  const FunctionSchema& schema = schema_of(target);
  const size_t total = schema.arguments.size();
  if (!schema.is_vararg && use.specified >= 0) check_argument_count(schema, use.specified);
  use.on_stack = schema.name == kToList
                     ? kToListArguments
                     : uint16_t(use.specified < 0 ? total : size_t(use.specified));
  use.results = uint16_t(schema.returns.size());
  use.target = &target;
}

}  // namespace

void check_argument_count(const FunctionSchema& schema, int64_t count) {
  const size_t total = schema.arguments.size(), outs = out_arguments(schema);
  TL_CHECK(total <= kMaxArguments, schema.qualified(), ": ", total, " arguments");
  if (count > int64_t(total)) {
    corrupt(str(schema.qualified(), ": the file gives ", count, " arguments, but ", schema.str(),
                " takes ", total));
  }
  if (count < int64_t(outs))
    corrupt(str(schema.qualified(), ": the file gives ", count, " arguments of ", schema.str()));
  // The out arguments come last, and are among those that are given.
  for (size_t i = size_t(count) - outs; i < total - outs && size_t(count) < total; ++i) {
    const Argument& a = schema.arguments[i];
    if (!a.default_value) {
      corrupt(str(schema.qualified(), ": the file gives no value for argument '", a.name,
                  "', which has no default in ", schema.str()));
    }
  }
}

std::vector<std::string> link(Function& f, const FileVersions& versions) {
  std::vector<std::string> missing;
  for (OperatorUse& use : f.code.operators) {
    use.target = nullptr;
    const Overload* target = try_find_overload(operator_for_file(use.qualified(), versions));
    if (!target) {
      missing.push_back(use.qualified());
      continue;
    }
    try {
      link_use(use, *target);
    } catch (Error& e) {
      e.at(f.qualified_name);
      throw;
    }
  }
  return missing;
}

}  // namespace tealight

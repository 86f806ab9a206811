// The functions that stand for old operators are in ops/script/old_operators.cpp.
#include "graph/upgraders.h"

#include <algorithm>
#include <span>

namespace tealight {
namespace {

struct Upgrader {
  std::string_view name;
  int64_t last_version;  // files up to this operator version mean the old operator
  std::string_view old_name;
};
constexpr Upgrader kUpgraders[] = {
    {"aten::div.Tensor", 3, "tealight::div_until_3.Tensor"},
    {"aten::div.Scalar", 3, "tealight::div_until_3.Scalar"},
    {"aten::div.out", 3, "tealight::div_until_3.out"},
    {"aten::div_.Tensor", 3, "tealight::div_until_3_.Tensor"},
    {"aten::div_.Scalar", 3, "tealight::div_until_3_.Scalar"},
    {"aten::linspace", 7, "tealight::linspace_until_7"},
    {"aten::linspace.out", 7, "tealight::linspace_until_7.out"},
    {"aten::logspace", 8, "tealight::logspace_until_8"},
    {"aten::logspace.out", 8, "tealight::logspace_until_8.out"},
    {"aten::gelu", 9, "tealight::gelu_until_9"},
    {"aten::gelu.out", 9, "tealight::gelu_until_9.out"},
};

// Names and meanings of PyTorch 1.5 and 1.6, which wrote no number for the bytecode (it counts as
// 3).
struct Renamed {
  std::string_view name, now;
};
constexpr Renamed kUntil_1_6[] = {
    {"prim::shape", "aten::size"},
    {"aten::dequantize", "aten::dequantize.self"},
    {"aten::full", "tealight::full_until_1_6"},
    {"aten::__contains__.str", "tealight::contains_until_1_6.str"},
};
// Of 1.5 alone: operators of version 2.
constexpr Renamed kUntil_1_5[] = {
    {"aten::copy_", "tealight::copy_until_1_5_"},
    {"quantized::relu6", "tealight::relu6_until_1_5"},
};
// No version number tells of these.
constexpr Renamed kUntil_1_12[] = {
    {"aten::floor_divide", "tealight::floor_divide_until_1_12"},
    {"aten::floor_divide.Scalar", "tealight::floor_divide_until_1_12.Scalar"},
    {"aten::floor_divide.out", "tealight::floor_divide_until_1_12.out"},
    {"aten::floor_divide_.Tensor", "tealight::floor_divide_until_1_12_.Tensor"},
    {"aten::floor_divide_.Scalar", "tealight::floor_divide_until_1_12_.Scalar"},
};

std::optional<std::string> renamed(std::string_view name, std::span<const Renamed> table) {
  for (const Renamed& r : table)
    if (r.name == name) return std::string(r.now);
  return std::nullopt;
}

// In a program's text, where a version tells of them: PyTorch 1.13 mends full, nobody relu6.
constexpr Upgrader kOfText[] = {
    {"aten::full", 4, "tealight::full_until_1_6"},
    {"quantized::relu6", 2, "tealight::relu6_until_1_5"},
};

std::string_view symbol_of(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

std::string old_symbol(std::string_view symbol, int64_t operators, bool before_1_13) {
  for (std::span<const Upgrader> table :
       {std::span<const Upgrader>(kUpgraders), std::span<const Upgrader>(kOfText)})
    for (const Upgrader& u : table)
      if (symbol_of(u.name) == symbol && operators <= u.last_version)
        return std::string(symbol_of(u.old_name));
  for (const Renamed& r : kUntil_1_12)
    if (before_1_13 && symbol_of(r.name) == symbol) return std::string(symbol_of(r.now));
  return {};
}

std::string operator_for_file(std::string_view name, const FileVersions& file) {
  for (const Upgrader& u : kUpgraders) {
    if (u.name == name && file.operators <= u.last_version) return std::string(u.old_name);
  }
  std::optional<std::string> now;
  const bool until_1_6 = file.bytecode <= 3;
  if (until_1_6 && file.operators <= 2) now = renamed(name, kUntil_1_5);
  if (!now && until_1_6) now = renamed(name, kUntil_1_6);
  if (!now && file.before_1_13) now = renamed(name, kUntil_1_12);
  return now.value_or(std::string(name));
}

std::optional<OldOperator> old_operator(std::string_view name) {
  for (const Upgrader& u : kUpgraders)
    if (u.old_name == name) return OldOperator{u.name, u.last_version};
  return std::nullopt;
}

int64_t first_version_of(std::string_view name) {
  int64_t first = 1;
  for (std::span<const Upgrader> table :
       {std::span<const Upgrader>(kUpgraders), std::span<const Upgrader>(kOfText)})
    for (const Upgrader& u : table)
      if (symbol_of(u.name) == symbol_of(name)) first = std::max(first, u.last_version + 1);
  return first;
}

}  // namespace tealight

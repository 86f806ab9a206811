// The label tables, written by cmake/labels.cmake from assets/labels.
#include "tealight/data/labels.h"

namespace tealight {
namespace {
#include "label_tables.inc"
}  // namespace

std::span<const LabelTable> label_tables() { return kTables; }

std::span<const std::string_view> labels(std::string_view name) {
  for (const LabelTable& table : kTables) {
    if (table.name == name) return table.labels;
  }
  return {};
}

}  // namespace tealight

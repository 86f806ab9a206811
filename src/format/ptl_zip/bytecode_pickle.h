// bytecode.pkl: the functions of a lite model, of every version that PyTorch wrote
// (docs/formats.md).
#pragma once
#include "format/type_table.h"
#include "graph/code.h"

namespace tealight {

/// Appends the functions of the unpickled record to `file` and sets its bytecode_version.
void read_bytecode(const Value& record, TypeTable& types, ModelFile& file);

/// {'name': value, ...} as pairs in a tuple, which is how bytecode.pkl and its kin write
/// structures. Null: no such name.
const Value* find_field(const Value& pairs, std::string_view name);
const Value& get_field(const Value& pairs, std::string_view name);

}  // namespace tealight

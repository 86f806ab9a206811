// What both writers of lite models ask of a model: states of its objects, texts of its types.
#pragma once
#include <unordered_map>
#include <unordered_set>

#include "format/write_options.h"
#include "graph/code.h"

namespace tealight {

/// The states of objects that restore themselves.
class ObjectStates {
 public:
  ObjectStates(const ModelFile&, const WriteOptions&);
  /// Nothing: the object's attributes are its state.
  std::optional<Value> operator()(const intrusive_ptr<ObjectImpl>&) const;

 private:
  const WriteOptions& options_;
  std::unordered_map<const ObjectImpl*, const Value*> read_;  // from a file
};

/// A function's types as a file has them: a NamedTuple is written out where it first appears.
/// `shift` gets the number of types put in front of the function's own, because these only name
/// what must have been written out before.
std::vector<std::string> type_texts(const Code&, size_t& shift);
/// The instructions with the numbers of types raised by `shift`.
std::vector<Instruction> shift_types(const std::vector<Instruction>&, size_t shift);

/// The model's extra files and the caller's, which come first.
std::map<std::string, std::string> all_extra_files(const ModelFile&, const WriteOptions&);

}  // namespace tealight

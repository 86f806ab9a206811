// The types and classes of one model file. A NamedTuple's text is written out once and named from
// then on, so the order of reading counts.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "tealight/value.h"

namespace tealight {

class TypeTable {
 public:
  /// "List[int]", "__torch__.NT[NamedTuple, [[a, Tensor],[b, int]]]", later "Dict[str,
  /// __torch__.NT]".
  TypePtr parse(std::string_view text);
  /// A class by name; a new one for another list of attributes, so that a slot has one meaning in
  /// each.
  intrusive_ptr<ClassType> find_class(const std::string& name,
                                      const std::vector<std::string>& attributes);
  /// Every class there was so far.
  std::vector<intrusive_ptr<ClassType>> classes() const;

 private:
  TypePtr define_named_tuple(const std::string& name, std::string_view body);
  TypePtr with_known_names(const TypePtr&) const;

  std::unordered_map<std::string, TypePtr> parsed_;                    // by text
  std::unordered_map<std::string, TypePtr> named_tuples_;              // by name
  std::unordered_map<std::string, intrusive_ptr<ClassType>> classes_;  // by name and attributes
  int depth_ = 0;
};

/// "__torch__.torch.classes.quantized.LinearPackedParamsBase": written in C++, not in the model.
inline bool is_custom_class_name(std::string_view name) {
  return name.starts_with("__torch__.torch.classes.");
}

}  // namespace tealight

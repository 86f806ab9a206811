// Places of a run, remembered after their functions have returned, and named as the author of the
// model knows them.
#pragma once
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/context.h"

namespace tealight {

struct Place {
  const ModelFile* model;  // must outlive the table; may be null
  const Function* function;
  size_t instruction;
  int caller;  // number of another place; -1: nobody in the model
};

class PlaceTable {
 public:
  /// The number of a place, the same for the same one; -1 for null.
  int add(const RunPlace*);
  const Place& operator[](int number) const { return places_[size_t(number)]; }
  size_t size() const { return places_.size(); }

  /// The module that the instruction was written in, from the outermost: {"features", "0", "0"}.
  /// Functions that the model calls and that have no debug records stand for their modules.
  std::vector<std::string> module_path(int number) const;
  /// The line of the author's program, "mobilenetv2.py:62"; empty when the file does not tell.
  std::string source_line(int number) const;

 private:
  std::vector<Place> places_;
  std::map<std::tuple<const Function*, size_t, int>, int> numbers_;
};

/// "top(Net).features(Sequential).0(Conv)" as {"features", "0"}.
std::vector<std::string> module_names(std::string_view path);
std::string joined(const std::vector<std::string>& names, char by = '.');

}  // namespace tealight

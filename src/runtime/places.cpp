#include "runtime/places.h"

#include "runtime/debug.h"

namespace tealight {

int PlaceTable::add(const RunPlace* at) {
  if (!at) return -1;
  const int caller = add(at->caller);
  const auto [entry, is_new] =
      numbers_.try_emplace({at->function, at->instruction, caller}, int(places_.size()));
  if (is_new) places_.push_back({at->model, at->function, at->instruction, caller});
  return entry->second;
}

std::vector<std::string> PlaceTable::module_path(int number) const {
  if (number < 0) return {};
  const Place& p = (*this)[number];
  std::vector<std::string> path = module_path(p.caller);
  const auto frames = source_of(p.model, *p.function, p.instruction);
  if (!frames.empty()) {
    for (std::string& name : module_names(frames[0].module)) path.push_back(std::move(name));
  } else if (p.caller >= 0) {
    const std::string class_name = p.function->class_name();
    path.push_back(class_name.substr(class_name.rfind('.') + 1) + "." + p.function->name());
  }
  return path;
}

std::string PlaceTable::source_line(int number) const {
  if (number < 0) return {};
  const Place& p = (*this)[number];
  const auto frames = source_of(p.model, *p.function, p.instruction);
  if (frames.empty() || frames[0].file.empty()) return {};
  return str(frames[0].file.substr(frames[0].file.rfind('/') + 1), ":", frames[0].line);
}

std::vector<std::string> module_names(std::string_view path) {
  std::vector<std::string> names{""};
  int depth = 0;  // of parentheses, which hold the class
  for (char c : path) {
    depth += c == '(';
    if (depth == 0 && c == '.')
      names.emplace_back();
    else if (depth == 0)
      names.back() += c;
    depth -= c == ')';
  }
  if (names[0] == "top" || names[0].empty()) names.erase(names.begin());
  return names;
}

std::string joined(const std::vector<std::string>& names, char by) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : std::string(1, by)) + n;
  return out;
}

}  // namespace tealight

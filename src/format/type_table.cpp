#include "format/type_table.h"

#include <algorithm>
#include <cctype>

namespace tealight {
namespace {

constexpr std::string_view kNamedTuple = "[NamedTuple,";

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// The text between the bracket at the front and the one that closes it.
std::string_view inside_brackets(std::string_view s) {
  int depth = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '[') ++depth;
    if (s[i] == ']' && --depth == 0) return s.substr(1, i - 1);
  }
  corrupt(str("type '", s.substr(0, 120), "': a bracket is not closed"));
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
}

bool has_names(const Type& t) {
  return t.is(TypeKind::Class) || std::any_of(t.children.begin(), t.children.end(),
                                              [](const TypePtr& c) { return has_names(*c); });
}

}  // namespace

TypePtr TypeTable::parse(std::string_view text) {
  const auto known = parsed_.find(std::string(text));
  if (known != parsed_.end()) return known->second;
  constexpr size_t kLongest = 1 << 16;
  constexpr int kDeepest = 32;
  if (text.size() > kLongest) corrupt(str("a type of ", text.size(), " characters"));
  if (++depth_ > kDeepest) corrupt(str("NamedTuples nested deeper than ", kDeepest));
  // A definition inside another type gives way to its name.
  std::string plain(text);
  for (size_t bracket; (bracket = plain.find(kNamedTuple)) != plain.npos;) {
    size_t start = bracket;
    while (start > 0 && is_name_character(plain[start - 1])) --start;
    const std::string_view body = inside_brackets(std::string_view(plain).substr(bracket));
    define_named_tuple(plain.substr(start, bracket - start), body.substr(kNamedTuple.size() - 1));
    plain.erase(bracket, body.size() + 2);
  }
  TypePtr type = with_known_names(parse_type(plain));
  --depth_;
  return parsed_[std::string(text)] = std::move(type);
}

// body: [[field, type],[field, type]]
TypePtr TypeTable::define_named_tuple(const std::string& name, std::string_view body) {
  const auto expect = [&](bool ok) {
    if (!ok)
      corrupt(str("type ", name, ": expected name[NamedTuple, [[field, type],...]], got '",
                  body.substr(0, 200), "'"));
  };
  std::string_view fields = trimmed(body);
  expect(fields.starts_with('['));
  fields = trimmed(inside_brackets(fields));
  std::vector<std::string> names;
  std::vector<TypePtr> types;
  while (!fields.empty()) {
    if (!names.empty()) {
      expect(fields.front() == ',');
      fields = trimmed(fields.substr(1));
    }
    expect(fields.starts_with('['));
    const std::string_view field = inside_brackets(fields);
    const size_t comma = field.find(',');
    expect(comma != field.npos);
    names.emplace_back(trimmed(field.substr(0, comma)));
    types.push_back(parse(trimmed(field.substr(comma + 1))));
    fields = trimmed(fields.substr(field.size() + 2));
  }
  return named_tuples_[name] = Type::named_tuple(name, std::move(names), std::move(types));
}

TypePtr TypeTable::with_known_names(const TypePtr& type) const {
  if (!has_names(*type)) return type;
  if (type->is(TypeKind::Class)) {
    const auto at = named_tuples_.find(type->name);
    return at == named_tuples_.end() ? type : at->second;
  }
  Type copy = *type;
  for (TypePtr& child : copy.children) child = with_known_names(child);
  return Type::make(std::move(copy));
}

intrusive_ptr<ClassType> TypeTable::find_class(const std::string& name,
                                               const std::vector<std::string>& attributes) {
  std::string key = name;
  for (const std::string& a : attributes) key += '\n' + a;
  intrusive_ptr<ClassType>& cls = classes_[key];
  if (cls) return cls;
  cls = make_intrusive<ClassType>(name);
  cls->is_module = !is_custom_class_name(name);
  cls->attributes = attributes;
  cls->attribute_types.resize(attributes.size());
  return cls;
}

std::vector<intrusive_ptr<ClassType>> TypeTable::classes() const {
  std::vector<intrusive_ptr<ClassType>> all;
  for (const auto& [key, cls] : classes_) all.push_back(cls);
  return all;
}

}  // namespace tealight

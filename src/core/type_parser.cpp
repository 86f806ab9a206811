#include "core/type_parser.h"

#include <charconv>

namespace tealight {
namespace {

// Bounds on hostile text: a model's own types stay far below them.
constexpr int kMaxDepth = 64;
constexpr int kMaxSuffixes = 16;
constexpr size_t kMaxNodes = 20000;

struct NamedKind {
  std::string_view name;
  TypeKind kind;
};
constexpr NamedKind kNamedKinds[] = {
    {"Tensor", TypeKind::Tensor},
    {"int", TypeKind::Int},
    {"float", TypeKind::Float},
    {"bool", TypeKind::Bool},
    {"str", TypeKind::String},
    {"Scalar", TypeKind::Number},
    {"number", TypeKind::Number},
    {"complex", TypeKind::Complex},
    {"SymInt", TypeKind::Int},
    {"None", TypeKind::None},
    {"NoneType", TypeKind::None},
    {"Device", TypeKind::Device},
    {"Any", TypeKind::Any},
    {"ScalarType", TypeKind::ScalarType},
    {"Layout", TypeKind::Layout},
    {"MemoryFormat", TypeKind::MemoryFormat},
    {"Generator", TypeKind::Generator},
    {"Stream", TypeKind::Stream},
    {"Storage", TypeKind::Storage},
    {"QScheme", TypeKind::QScheme},
    {"Capsule", TypeKind::Capsule},
    {"Dimname", TypeKind::String},
    {"DeviceIndex", TypeKind::Int},
    {"Function", TypeKind::Function},
    {"__torch__.torch.Tensor", TypeKind::Tensor},
    {"torch.Tensor", TypeKind::Tensor},
    {"torch.device", TypeKind::Device},
    {"torch.dtype", TypeKind::ScalarType},
    {"Dynamic", TypeKind::Any},
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

bool takes_arguments(std::string_view name) {
  for (std::string_view n :
       {"List", "Dict", "Tuple", "Optional", "Union", "Future", "RRef", "Await", "Enum"}) {
    if (name == n) return true;
  }
  return false;
}

}  // namespace

void TypeParser::skip_space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
    ++at_;
  }
}

char TypeParser::peek() {
  skip_space();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool TypeParser::at_end() {
  skip_space();
  return at_ >= text_.size();
}

bool TypeParser::accept(std::string_view token) {
  skip_space();
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

void TypeParser::expect(std::string_view token) {
  if (!accept(token)) fail_here(str("expected '", token, "'"));
}

std::string_view TypeParser::name() {
  skip_space();
  const size_t start = at_;
  while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
  return text_.substr(start, at_ - start);
}

void TypeParser::fail_here(const std::string& what) const {
  constexpr size_t kShown = 120;
  const size_t from = at_ > kShown ? at_ - kShown : 0;
  fail(str("cannot read type or schema: ", what, " at position ", at_, ", after '",
           text_.substr(from, at_ - from), "', before '", text_.substr(at_, kShown), "'"));
}

// "a!" of "(a!)"; the parenthesis is already read.
std::string TypeParser::alias() {
  const size_t end = text_.find(')', at_);
  if (end == std::string_view::npos) fail_here("expected ')' after an alias mark");
  std::string mark(text_.substr(at_, end - at_));
  if (mark.empty() || mark.size() > 64)
    fail_here("an alias mark such as (a!) cannot be empty or so long");
  at_ = end + 1;
  return mark;
}

ParsedType TypeParser::type() {
  if (++depth_ > kMaxDepth) fail_here(str("types nested deeper than ", kMaxDepth));
  ParsedType out;
  out.type = base();
  for (int suffixes = 0;; ++suffixes) {
    if (suffixes > kMaxSuffixes) fail_here("too many '[]' and '?' in a row");
    if (accept("[")) {
      int64_t size = -1;
      if (peek() != ']') {
        const std::string_view digits = name();
        const auto [end, status] =
            std::from_chars(digits.data(), digits.data() + digits.size(), size);
        if (status != std::errc() || end != digits.data() + digits.size())
          fail_here("expected the size of a list");
      }
      expect("]");
      out.type = Type::list(out.type);
      out.marks_elements = !out.alias.empty();
      out.list_size = size;
    } else if (accept("?")) {
      out.type = Type::optional(out.type);
    } else if (peek() == '(') {
      accept("(");
      // The first mark is that of the elements, "Tensor(a)[]": one of the list itself takes its
      // place.
      out.alias = alias();
    } else {
      break;
    }
  }
  --depth_;
  return out;
}

std::vector<TypePtr> TypeParser::list(char close) {
  std::vector<TypePtr> types;
  const char closing[] = {close, '\0'};
  if (accept("()")) {  // Tuple[()]
    expect(closing);
    return types;
  }
  while (!accept(closing)) {
    if (!types.empty()) {
      expect(",");
      if (accept(closing)) break;  // (int,)
    }
    types.push_back(type().type);
    name();  // a NamedTuple's element or a returned value may have a name: it says nothing of the
             // type
  }
  return types;
}

TypePtr TypeParser::generic(std::string_view word) {
  const bool square = accept("[");
  if (!square) expect("(");
  std::vector<TypePtr> arguments = list(square ? ']' : ')');
  const auto need = [&](size_t n) {
    if (arguments.size() != n) fail_here(str(word, " takes ", n, " types, not ", arguments.size()));
  };
  if (word == "Tuple") return Type::tuple(std::move(arguments));
  if (word == "Union") {
    if (arguments.empty()) fail_here("Union of nothing");
    Type t;
    t.kind = TypeKind::Union;
    t.children = std::move(arguments);
    return Type::make(std::move(t));
  }
  if (word == "Dict") {
    need(2);
    return Type::dict(arguments[0], arguments[1]);
  }
  need(1);
  if (word == "List") return Type::list(arguments[0]);
  if (word == "Optional") return Type::optional(arguments[0]);
  if (word == "Enum") return Type::named(TypeKind::Enum, arguments[0]->name);
  if (word == "RRef") {
    Type t;
    t.kind = TypeKind::RRef;
    t.children = std::move(arguments);
    return Type::make(std::move(t));
  }
  return Type::future(arguments[0]);
}

TypePtr TypeParser::named(std::string_view word) {
  for (const NamedKind& k : kNamedKinds) {
    if (k.name == word) return Type::get(k.kind);
  }
  for (std::string_view any :
       {"AnyClassType", "AnyEnumType", "AnyListType", "AnyTupleType", "list", "tuple"}) {
    if (word == any) return Type::named(TypeKind::Any, std::string(word));
  }
  if (word.starts_with("__torch__.")) return Type::named(TypeKind::Class, std::string(word));
  const bool lower = word[0] >= 'a' && word[0] <= 'z';
  if (lower && word.find('.') == std::string_view::npos)
    return Type::named(TypeKind::Var, std::string(word));
  fail_here(str("unknown type '", word, "'"));
}

TypePtr TypeParser::base() {
  if (++nodes_ > kMaxNodes) fail_here(str("more than ", kMaxNodes, " types in one text"));
  if (accept("(")) return Type::tuple(list(')'));
  const std::string_view word = name();
  if (word.empty()) fail_here("expected a type");
  const char next = peek();
  if (takes_arguments(word) && (next == '[' || next == '(')) return generic(word);
  if (word == "Enum" && accept("<")) {
    const std::string_view cls = name();
    expect(">");
    return Type::named(TypeKind::Enum, std::string(cls));
  }
  if (word == "InterfaceType" && accept("<")) {
    const std::string_view interface = name();
    expect(">");
    return Type::named(TypeKind::Interface, std::string(interface));
  }
  return named(word);
}

TypePtr parse_type(std::string_view text) {
  TypeParser parser(text);
  TypePtr type = parser.type().type;
  if (!parser.at_end()) parser.fail_here("more text than one type");
  return type;
}

}  // namespace tealight

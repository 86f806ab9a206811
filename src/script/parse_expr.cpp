// The parser's half for expressions, by descent from what binds loosest.
#include <algorithm>

#include "script/token_stream.h"

namespace tealight::script {
namespace {

constexpr int kMaxDepth = 120;

struct BinaryLevel {
  std::string_view ops[5];
};
constexpr BinaryLevel kBinary[] = {{{"|"}},        {{"^"}},      {{"&"}},
                                   {{"<<", ">>"}}, {{"+", "-"}}, {{"*", "/", "//", "%", "@"}}};
constexpr int kLevels = int(std::size(kBinary));

bool is_one_of(const Token& t, std::span<const std::string_view> ops) {
  return t.kind == TokenKind::op &&
         std::any_of(ops.begin(), ops.end(), [&](auto o) { return !o.empty() && o == t.text; });
}

}  // namespace

ExprPtr clone(const Expr& e) {
  auto copy = std::make_unique<Expr>(Expr{e.kind, e.span, e.text, e.number, e.real});
  for (const ExprPtr& p : e.parts) copy->parts.push_back(p ? clone(*p) : nullptr);
  copy->names = e.names;
  copy->function = e.function;
  return copy;
}

struct ExprParser::Deeper {
  explicit Deeper(ExprParser& p) : parser(p) {
    if (++p.depth_ > kMaxDepth)
      p.in_.fail_here(str("expressions nested deeper than ", kMaxDepth),
                      "give a part of it a name of its own");
  }
  ~Deeper() { --parser.depth_; }
  Deeper(const Deeper&) = delete;
  ExprParser& parser;
};

ExprPtr ExprParser::join(ExprKind kind, std::string text, ExprPtr a, ExprPtr b) {
  ExprPtr e = make(kind, a->span.begin, std::move(text));
  e->parts.push_back(std::move(a));
  e->parts.push_back(std::move(b));
  return e;
}

ExprPtr ExprParser::expression() {
  const Deeper deeper(*this);
  if (in_.at("lambda")) return lambda();
  ExprPtr value = logical(0);
  if (in_.at(":=")) in_.fail_here("':=' is not part of TorchScript", "assign on a line of its own");
  if (!in_.accept("if")) return value;
  ExprPtr condition = logical(0);
  in_.expect("else");
  ExprPtr otherwise = expression();
  ExprPtr e = make(ExprKind::ternary, value->span.begin);
  e->parts.push_back(std::move(condition));
  e->parts.push_back(std::move(value));
  e->parts.push_back(std::move(otherwise));
  return e;
}

ExprPtr ExprParser::expressions() {
  ExprPtr first = starred_or_expression();
  if (!in_.at(",")) return first;
  ExprPtr tuple = make(ExprKind::tuple, first->span.begin);
  tuple->parts.push_back(std::move(first));
  while (in_.accept(",")) {
    if (in_.at(TokenKind::newline) || in_.at("=") || in_.at(")") || in_.at("]") || in_.at(":") ||
        in_.at(";") || in_.at("in"))
      break;
    tuple->parts.push_back(starred_or_expression());
  }
  tuple->span.end = in_.end();
  return tuple;
}

ExprPtr ExprParser::starred_or_expression() {
  const uint32_t begin = in_.begin();
  if (!in_.accept("*")) return expression();
  ExprPtr inner = postfix();
  ExprPtr e = make(ExprKind::starred, begin);
  e->parts.push_back(std::move(inner));
  return e;
}

// Not `expressions`: "in" is no operator here.
ExprPtr ExprParser::targets(std::string_view end) {
  ExprPtr first = postfix();
  if (!in_.at(",")) return first;
  ExprPtr tuple = make(ExprKind::tuple, first->span.begin);
  tuple->parts.push_back(std::move(first));
  while (in_.accept(",") && !in_.at(end)) tuple->parts.push_back(postfix());
  tuple->span.end = in_.end();
  return tuple;
}

// level 0: or, 1: and, 2: not
ExprPtr ExprParser::logical(int level) {
  if (level == 2) {
    const uint32_t begin = in_.begin();
    if (!in_.accept("not")) return comparison();
    const Deeper deeper(*this);
    ExprPtr inner = logical(2);
    ExprPtr e = make(ExprKind::unary, begin, "not");
    e->parts.push_back(std::move(inner));
    return e;
  }
  const std::string_view word = level == 0 ? "or" : "and";
  ExprPtr left = logical(level + 1);
  for (int n = 0; in_.accept(word); ++n) {
    if (n > kMaxDepth) in_.fail_here(str("more than ", kMaxDepth, " times '", word, "' in a row"));
    left = join(ExprKind::logical, std::string(word), std::move(left), logical(level + 1));
  }
  return left;
}

ExprPtr ExprParser::comparison() {
  const auto next_op = [&]() -> std::string {
    for (std::string_view op : {"<", ">", "==", "!=", "<=", ">=", "in"})
      if (in_.accept(op)) return std::string(op);
    if (in_.accept("is")) return in_.accept("not") ? "is not" : "is";
    if (in_.at("not") && in_.peek(1).is(TokenKind::name, "in")) {
      in_.next();
      in_.next();
      return "not in";
    }
    return {};
  };
  ExprPtr left = binary(0);
  const std::string op = next_op();
  if (op.empty()) return left;
  ExprPtr e = join(ExprKind::binary, op, std::move(left), binary(0));
  for (int n = 0;; ++n) {
    const Token after = in_.peek();
    const std::string next = next_op();
    if (next.empty()) return e;
    if (!in_.python())
      fail_at(in_.source(), after.span, "chained comparisons are not part of TorchScript's text",
              "write a < b and b < c");
    if (n > kMaxDepth) in_.fail_here(str("more than ", kMaxDepth, " comparisons in a row"));
    // a < b < c is a < b and b < c
    const Expr& last = e->is(ExprKind::logical) ? e->part(1) : *e;
    ExprPtr middle = clone(last.part(1));
    ExprPtr more = join(ExprKind::binary, next, std::move(middle), binary(0));
    e = join(ExprKind::logical, "and", std::move(e), std::move(more));
  }
}

ExprPtr ExprParser::binary(int level) {
  if (level == kLevels) return unary();
  ExprPtr left = binary(level + 1);
  for (int n = 0; is_one_of(in_.peek(), kBinary[level].ops); ++n) {
    if (n > kMaxDepth) in_.fail_here(str("more than ", kMaxDepth, " operators in a row"));
    std::string op(in_.next().text);
    left = join(ExprKind::binary, std::move(op), std::move(left), binary(level + 1));
  }
  return left;
}

ExprPtr ExprParser::unary() {
  const uint32_t begin = in_.begin();
  for (std::string_view op : {"-", "+", "~"}) {
    if (!in_.accept(op)) continue;
    const Deeper deeper(*this);
    // A number's own sign, so that -9223372036854775808 is one.
    if (op == "-" &&
        (in_.at(TokenKind::integer) || in_.at(TokenKind::real) || in_.at(TokenKind::imaginary)) &&
        !in_.peek(1).is(TokenKind::op, "**")) {
      ExprPtr n = postfix();
      if (n->is(ExprKind::integer) || n->is(ExprKind::real) || n->is(ExprKind::imaginary)) {
        n->number = int64_t(0 - uint64_t(n->number));
        n->real = -n->real;
        n->span.begin = begin;
        return n;
      }
    }
    ExprPtr inner = unary();
    ExprPtr e = make(ExprKind::unary, begin, std::string(op));
    e->parts.push_back(std::move(inner));
    return e;
  }
  return power();
}

ExprPtr ExprParser::power() {
  ExprPtr base = postfix();
  if (!in_.accept("**")) return base;
  const Deeper deeper(*this);
  return join(ExprKind::binary, "**", std::move(base), unary());
}

ExprPtr ExprParser::postfix() {
  const Deeper deeper(*this);
  ExprPtr e = atom();
  for (int n = 0;; ++n) {
    if (n > kMaxDepth)
      in_.fail_here(str("more than ", kMaxDepth, " calls and attributes in a row"));
    if (in_.accept("(")) {
      e = call(std::move(e));
    } else if (in_.accept("[")) {
      e = subscript(std::move(e));
    } else if (in_.at(".")) {
      in_.next();
      ExprPtr inner = std::move(e);
      if (!in_.at(TokenKind::name))
        in_.fail_here(str("expected a name after '.', not ", in_.shown()));
      std::string name(in_.next().text);
      e = make(ExprKind::attribute, inner->span.begin, std::move(name));
      e->parts.push_back(std::move(inner));
    } else {
      return e;
    }
  }
}

// The opening bracket is read.
ExprPtr ExprParser::call(ExprPtr callee) {
  const uint32_t begin = callee->span.begin;
  ExprPtr e = make(ExprKind::call, begin);
  e->parts.push_back(std::move(callee));
  while (!in_.accept(")")) {
    std::string keyword;
    if (in_.at("**") && !in_.python()) in_.fail_here("'**' arguments are not part of TorchScript");
    if (in_.accept("**")) {
      keyword = "**";
    } else if (in_.at(TokenKind::name) && in_.peek(1).is(TokenKind::op, "=")) {
      keyword = in_.expect_name();
      in_.next();
    }
    ExprPtr argument = keyword.empty() ? starred_or_expression() : expression();
    if (in_.at("for")) argument = list_comprehension(std::move(argument));  // f(x for x in y)
    e->parts.push_back(std::move(argument));
    e->names.push_back(std::move(keyword));
    if (!in_.accept(",") && !in_.at(")"))
      in_.fail_here(str("expected ',' or ')' here, not ", in_.shown()));
  }
  e->span.end = in_.end();
  return e;
}

// The element is read, "for" is next.
ExprPtr ExprParser::list_comprehension(ExprPtr element) {
  ExprPtr comp = make(ExprKind::list_comp, element->span.begin);
  comp->parts.push_back(std::move(element));
  comprehension(*comp);
  return comp;
}

ExprPtr ExprParser::subscript_item() {
  const uint32_t begin = in_.begin();
  ExprPtr first;
  if (!in_.at(":")) first = starred_or_expression();
  if (!in_.accept(":")) return first;
  ExprPtr e = make(ExprKind::slice, begin);
  e->parts.resize(3);
  e->parts[0] = std::move(first);
  for (size_t i = 1; i < 3; ++i) {
    if (!in_.at(":") && !in_.at(",") && !in_.at("]")) e->parts[i] = expression();
    if (i == 1 && !in_.accept(":")) break;
  }
  e->span.end = in_.end();
  return e;
}

ExprPtr ExprParser::subscript(ExprPtr container) {
  const uint32_t begin = in_.begin();
  if (in_.at("]")) in_.fail_here("an index is missing");
  ExprPtr index = subscript_item();
  if (in_.at(",")) {
    ExprPtr tuple = make(ExprKind::tuple, begin);
    tuple->parts.push_back(std::move(index));
    while (in_.accept(",") && !in_.at("]")) tuple->parts.push_back(subscript_item());
    tuple->span.end = in_.end();
    index = std::move(tuple);
  }
  in_.expect("]");
  return join(ExprKind::subscript, {}, std::move(container), std::move(index));
}

// "for" is next.
void ExprParser::comprehension(Expr& into) {
  in_.expect("for");
  into.parts.push_back(targets("in"));
  in_.expect("in");
  into.parts.push_back(logical(0));
  while (in_.accept("if")) into.parts.push_back(logical(0));
  if (in_.at("for"))
    in_.fail_here("a comprehension with two 'for' is not part of TorchScript",
                  "write the loops out");
  into.span.end = in_.end();
}

ExprPtr ExprParser::list() {
  const uint32_t begin = in_.begin();
  in_.expect("[");
  ExprPtr e = make(ExprKind::list, begin);
  while (!in_.accept("]")) {
    e->parts.push_back(starred_or_expression());
    if (in_.at("for") && e->parts.size() == 1) {
      e->kind = ExprKind::list_comp;
      comprehension(*e);
      in_.expect("]");
      break;
    }
    if (!in_.accept(",") && !in_.at("]"))
      in_.fail_here(str("expected ',' or ']' here, not ", in_.shown()));
  }
  e->span.end = in_.end();
  return e;
}

ExprPtr ExprParser::dict() {
  const uint32_t begin = in_.begin();
  in_.expect("{");
  ExprPtr e = make(ExprKind::dict, begin);
  while (!in_.accept("}")) {
    e->parts.push_back(expression());
    if (in_.at(",") || in_.at("}"))
      in_.fail_here("sets are not part of TorchScript", "use a list or a dict");
    in_.expect(":");
    e->parts.push_back(expression());
    if (in_.at("for") && e->parts.size() == 2) {
      e->kind = ExprKind::dict_comp;
      comprehension(*e);
      in_.expect("}");
      break;
    }
    if (!in_.accept(",") && !in_.at("}"))
      in_.fail_here(str("expected ',' or '}' here, not ", in_.shown()));
  }
  e->span.end = in_.end();
  return e;
}

// "(x)", "(x,)", "()"
ExprPtr ExprParser::bracketed() {
  const uint32_t begin = in_.begin();
  in_.expect("(");
  if (in_.accept(")")) return make(ExprKind::tuple, begin);
  ExprPtr e = expressions();
  if (in_.at("for")) {
    if (!in_.python())
      in_.fail_here("generators are not part of TorchScript", "use a list: [... for ...]");
    e = list_comprehension(std::move(e));
  }
  in_.expect(")");
  e->span = {begin, in_.end()};
  return e;
}

ExprPtr ExprParser::atom() {
  const Token& t = in_.peek();
  switch (t.kind) {
    case TokenKind::integer:
    case TokenKind::real:
    case TokenKind::imaginary:
      return number();
    case TokenKind::string:
    case TokenKind::fstring:
      return string();
    case TokenKind::name: {
      const std::string word(t.text);
      const uint32_t begin = in_.begin();
      if (word == "True" || word == "False" || word == "None") {
        in_.next();
        return make(ExprKind::constant, begin, word);
      }
      if (word == "await" || word == "yield")
        in_.fail_here(str("'", word, "' is not part of TorchScript"));
      if (is_keyword(word)) in_.fail_here(str("expected an expression, not '", word, "'"));
      in_.next();
      return make(ExprKind::name, begin, word);
    }
    default:
      break;
  }
  if (in_.at("(")) return bracketed();
  if (in_.at("[")) return list();
  if (in_.at("{")) return dict();
  const uint32_t begin = in_.begin();
  if (in_.accept("...")) return make(ExprKind::constant, begin, "...");
  in_.fail_here(str("expected an expression, not ", in_.shown()));
}

}  // namespace tealight::script

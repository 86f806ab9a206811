// What Python files have beyond the importer's grammar: imports, decorators, type comments, and
// code that TorchScript has no use for.
#include <algorithm>
#include <optional>

#include "script/statement_parser.h"

namespace tealight::script {

// A statement that is not understood ends where its block does.
void Parser::tolerated(Body& into) {
  const size_t begin = in_.position();
  const int depth = depth_;
  try {
    statement(into);
  } catch (const Error& e) {
    depth_ = depth;
    in_.seek(begin);
    auto s = std::make_unique<Stmt>(Stmt{StmtKind::refused, in_.peek().span});
    s->problem = std::make_shared<const Error>(e);
    in_.next();  // an indent alone, or what begins the statement
    in_.skip_statement();
    into.push_back(std::move(s));
  }
}

// The ":" is next.
void Parser::function_body(FunctionDef& f) {
  const size_t begin = in_.position();
  const int depth = depth_;
  const uint32_t signature_end = in_.peek().span.end;
  try {
    f.body = block();
  } catch (const Error& e) {
    depth_ = depth;
    f.body.clear();
    f.problem = std::make_shared<const Error>(e);
    in_.seek(begin);
    in_.skip_statement();
  }
  type_comments(f, signature_end);
}

bool Parser::python_statement(Body& into) {
  if (in_.at("import") || in_.at("from")) {
    into.push_back(import());
    in_.expect_line_end();
    return true;
  }
  if (!in_.at("@") && !in_.at("def") && !in_.at("class")) return false;
  definition(into);
  return true;
}

void Parser::definition(Body& into) {
  std::vector<ExprPtr> lines = decorators();
  const uint32_t begin = in_.begin();
  if (in_.at("class")) {
    std::shared_ptr<ClassDef> c = class_definition();
    c->decorators = std::move(lines);
    into.push_back(make(StmtKind::class_, begin));
    into.back()->cls = std::move(c);
    return;
  }
  std::shared_ptr<FunctionDef> f = function();
  f->decorators = std::move(lines);
  into.push_back(make(StmtKind::def, begin));
  into.back()->function = std::move(f);
}

std::vector<ExprPtr> Parser::decorators() {
  std::vector<ExprPtr> out;
  while (in_.accept("@")) {
    out.push_back(expr_.expression());
    in_.expect_line_end();
  }
  return out;
}

std::string Parser::module_name() {
  std::string name;
  while (in_.at(".") || in_.at("...")) name += in_.next().text;  // from . import x
  if (!in_.at("import")) name += in_.expect_name();
  while (in_.accept(".")) name += "." + in_.expect_name();
  return name;
}

StmtPtr Parser::import() {
  StmtPtr s = make(StmtKind::import_, in_.begin());
  const bool members = in_.next().text == "from";
  if (!members) {
    do {
      Import i{module_name(), {}, {}};
      i.name = in_.accept("as") ? in_.expect_name() : i.module;
      s->imports.push_back(std::move(i));
    } while (in_.accept(","));
    return s;
  }
  const std::string module = module_name();
  in_.expect("import");
  const bool bracket = in_.accept("(");
  do {
    if (bracket && in_.at(")")) break;
    Import i{module, in_.accept("*") ? "*" : in_.expect_name(), {}};
    i.name = in_.accept("as") ? in_.expect_name() : i.member;
    s->imports.push_back(std::move(i));
  } while (in_.accept(","));
  if (bracket) in_.expect(")");
  return s;
}

ExprPtr Parser::type_in(Span piece) {
  TokenStream inner(in_, piece);
  return ExprParser(inner).expressions();
}

// def f(a,  # type: int
//       b):
//     # type: (...) -> Tensor            or all at once: (int, Tensor) -> Tensor
void Parser::type_comments(FunctionDef& f, uint32_t signature_end) {
  const std::string& text = in_.source().text;
  constexpr std::string_view kMark = "# type:";
  const auto comment = [&](size_t begin, size_t end) -> std::optional<Span> {
    const size_t at = text.find(kMark, begin);
    if (at == text.npos || at >= end || text.compare(at + kMark.size(), 7, " ignore") == 0)
      return std::nullopt;
    return Span{uint32_t(at + kMark.size()), uint32_t(std::min(text.find('\n', at), text.size()))};
  };
  for (Parameter& p : f.parameters) {
    const size_t line_end = std::min(text.find('\n', p.span.end), size_t(signature_end));
    if (const auto c = p.type ? std::nullopt : comment(p.span.end, line_end)) p.type = type_in(*c);
  }
  const size_t body = f.body.empty() ? signature_end : f.body[0]->span.begin;
  const auto c = comment(signature_end, body);
  if (!c) return;
  const std::string_view signature = std::string_view(text).substr(c->begin, c->end - c->begin);
  const size_t arrow = signature.find("->");
  if (arrow == signature.npos) return;
  f.returns = type_in({c->begin + uint32_t(arrow) + 2, c->end});
  const ExprPtr types = type_in({c->begin, c->begin + uint32_t(arrow)});
  if (types->is(ExprKind::constant, "...")) return;
  std::vector<const Expr*> all;
  if (types->is(ExprKind::tuple))
    for (const ExprPtr& t : types->parts) all.push_back(t.get());
  else
    all.push_back(types.get());
  const size_t skip = f.parameters.size() == all.size() + 1 ? 1 : 0;  // self
  if (f.parameters.size() != all.size() + skip)
    fail_at(
        in_.source(), *c,
        str("this comment gives ", all.size(), " types for ", f.parameters.size(), " parameters"));
  for (size_t i = 0; i < all.size(); ++i) f.parameters[i + skip].type = clone(*all[i]);
}

void Parser::python_file(Program& p) {
  while (!in_.at(TokenKind::end)) tolerated(p.statements);
}

Program parse_python(SourceTextPtr source) {
  Program p;
  p.source = std::move(source);
  Parser(*p.source, true).python_file(p);
  return p;
}

bool has_decorator(std::span<const ExprPtr> decorators, std::string_view name) {
  return std::any_of(decorators.begin(), decorators.end(), [&](const ExprPtr& d) {
    const Expr& e = d->is(ExprKind::call) ? d->part() : *d;  // @unused, @ignore(drop=True)
    return e.text == name && (e.is(ExprKind::name) || e.is(ExprKind::attribute));
  });
}

}  // namespace tealight::script

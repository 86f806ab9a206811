// The parser's half for statements, functions and classes.
#include "script/parser.h"

#include "script/statement_parser.h"

namespace tealight::script {
namespace {

constexpr int kMaxBlocks = 100;

struct Refused {
  std::string_view word, fix;
};

}  // namespace

// ---- statements

void Parser::refuse_statement() {
  constexpr Refused kRefused[] = {
      {"import", "archives hold what they need: name it in full"},
      {"from", "archives hold what they need: name it in full"},
      {"try", "check the condition beforehand with if"},
      {"global", "pass the value as an argument"},
      {"nonlocal", "pass the value as an argument"},
      {"yield", "build a list"},
      {"async", "use fork and wait"},
      {"lambda", "write a function with def"},
      {"class", "define classes at the top of the file"},
  };
  for (const Refused& r : kRefused) {
    if (in_.at(r.word))
      in_.fail_here(str("'", r.word, "' is not part of TorchScript here"), std::string(r.fix));
  }
  if (in_.at("@"))
    in_.fail_here("decorators are not part of TorchScript's text", "leave the line out");
}

// ":" and what belongs to it, on the same line or indented below.
Body Parser::block() {
  if (++depth_ > kMaxBlocks) in_.fail_here(str("blocks nested deeper than ", kMaxBlocks));
  in_.expect(":");
  Body body;
  if (in_.accept(TokenKind::newline)) {
    if (!in_.accept(TokenKind::indent)) in_.fail_here("expected an indented block");
    while (!in_.accept(TokenKind::dedent)) statement(body);
  } else {
    statement(body);
  }
  --depth_;
  return body;
}

void Parser::statement(Body& into) {
  if (in_.python() && python_statement(into)) return;
  refuse_statement();
  if (in_.accept(TokenKind::newline)) return;
  if (in_.at(TokenKind::indent)) in_.fail_here("unexpected indent");
  if (in_.at("if")) return into.push_back(if_statement());
  if (in_.at("while")) return into.push_back(while_statement());
  if (in_.at("for")) return into.push_back(for_statement());
  if (in_.at("with")) return into.push_back(with_statement());
  if (in_.at("def")) {
    StmtPtr s = make(StmtKind::def, in_.begin());
    s->function = function();
    return into.push_back(std::move(s));
  }
  into.push_back(simple());
  into.back()->span.end = in_.end();
  in_.expect_line_end();
}

StmtPtr Parser::simple() {
  const uint32_t begin = in_.begin();
  if (in_.accept("pass")) return make(StmtKind::pass, begin);
  if (in_.accept("break")) return make(StmtKind::break_, begin);
  if (in_.accept("continue")) return make(StmtKind::continue_, begin);
  if (in_.at("assert")) return assert_statement();
  if (in_.at("del")) return del_statement();
  const auto at_end = [&] { return in_.at(TokenKind::newline) || in_.at(";"); };
  if (in_.accept("return")) {
    StmtPtr s = make(StmtKind::returns, begin);
    if (!at_end()) s->value = expr_.expressions();
    return s;
  }
  if (in_.accept("raise")) {
    StmtPtr s = make(StmtKind::raise, begin);
    if (!at_end()) s->value = expr_.expression();
    if (in_.accept("from")) expr_.expression();
    return s;
  }
  return assignment();
}

StmtPtr Parser::assignment() {
  const uint32_t begin = in_.begin();
  ExprPtr first = expr_.expressions();
  if (in_.accept(":")) {
    StmtPtr s = make(StmtKind::assign, begin);
    s->annotation = expr_.expression();
    s->targets.push_back(std::move(first));
    if (in_.accept("=")) s->value = expr_.expressions();
    return s;
  }
  if (in_.at("=")) {
    StmtPtr s = make(StmtKind::assign, begin);
    s->targets.push_back(std::move(first));
    while (in_.accept("=")) s->targets.push_back(expr_.expressions());
    s->value = std::move(s->targets.back());
    s->targets.pop_back();
    return s;
  }
  const Token op = in_.peek();
  if (op.kind == TokenKind::op && op.text.size() > 1 && op.text.ends_with('=') && op.text != "==" &&
      op.text != "!=" && op.text != "<=" && op.text != ">=" && op.text != ":=") {
    in_.next();
    StmtPtr s = make(StmtKind::augmented, begin);
    s->text = std::string(op.text.substr(0, op.text.size() - 1));
    s->targets.push_back(std::move(first));
    s->value = expr_.expressions();
    return s;
  }
  StmtPtr s = make(StmtKind::expression, begin);
  s->value = std::move(first);
  return s;
}

StmtPtr Parser::if_statement() {
  const uint32_t begin = in_.begin();
  if (++depth_ > kMaxBlocks) in_.fail_here(str("more than ", kMaxBlocks, " elif in a row"));
  in_.next();  // if, elif
  StmtPtr s = make(StmtKind::if_, begin);
  s->value = expr_.expression();
  s->span.end = in_.end();
  s->body = block();
  if (in_.at("elif"))
    s->otherwise.push_back(if_statement());
  else if (in_.accept("else"))
    s->otherwise = block();
  --depth_;
  return s;
}

void Parser::no_else(const char* loop) {
  if (in_.at("else"))
    in_.fail_here(str("'else' after '", loop, "' is not part of TorchScript"),
                  "set a variable before break and test it after the loop");
}

StmtPtr Parser::while_statement() {
  const uint32_t begin = in_.begin();
  in_.next();
  StmtPtr s = make(StmtKind::while_, begin);
  s->value = expr_.expression();
  s->span.end = in_.end();
  s->body = block();
  no_else("while");
  return s;
}

StmtPtr Parser::for_statement() {
  const uint32_t begin = in_.begin();
  in_.next();
  StmtPtr s = make(StmtKind::for_, begin);
  s->targets.push_back(expr_.targets("in"));
  in_.expect("in");
  s->value = expr_.expressions();
  s->span.end = in_.end();
  s->body = block();
  no_else("for");
  return s;
}

StmtPtr Parser::with_statement() {
  const uint32_t begin = in_.begin();
  in_.next();
  StmtPtr s = make(StmtKind::with, begin);
  do {
    s->targets.push_back(expr_.expression());
    s->names.push_back(in_.accept("as") ? in_.expect_name() : "");
  } while (in_.accept(","));
  s->span.end = in_.end();
  s->body = block();
  return s;
}

StmtPtr Parser::assert_statement() {
  const uint32_t begin = in_.begin();
  in_.next();
  StmtPtr s = make(StmtKind::assert_, begin);
  s->value = expr_.expression();
  if (in_.accept(",")) s->targets.push_back(expr_.expression());
  return s;
}

StmtPtr Parser::del_statement() {
  const uint32_t begin = in_.begin();
  in_.next();
  StmtPtr s = make(StmtKind::del, begin);
  do {
    s->targets.push_back(expr_.expression());
  } while (in_.accept(","));
  return s;
}

// ---- functions and classes

std::unique_ptr<FunctionDef> Parser::function() {
  auto f = std::make_unique<FunctionDef>();
  f->span.begin = in_.begin();
  in_.expect("def");
  f->name = in_.expect_name();
  parameters(*f);
  if (in_.accept("->")) f->returns = expr_.expression();
  f->span.end = in_.end();
  if (in_.python())
    function_body(*f);
  else
    f->body = block();
  return f;
}

void Parser::parameters(FunctionDef& f) {
  in_.expect("(");
  bool keyword_only = false;
  while (!in_.accept(")")) {
    const bool any = in_.at("**") || (in_.at("*") && !in_.peek(1).is(TokenKind::op, ","));
    if (any && !in_.python())
      in_.fail_here("functions with any number of arguments are not part of TorchScript",
                    "take a list or a tuple");
    if (!any && in_.accept("*")) {
      keyword_only = true;
    } else {
      Parameter p;
      p.span = in_.peek().span;
      if (in_.accept("*")) {
        p.kind = Parameter::Kind::all_positional;
        keyword_only = true;
      } else if (in_.accept("**")) {
        p.kind = Parameter::Kind::all_keywords;
      }
      p.name = in_.expect_name();
      p.keyword_only = keyword_only && p.kind == Parameter::Kind::plain;
      if (in_.accept(":")) p.type = expr_.expression();
      if (in_.accept("=")) p.default_value = expr_.expression();
      f.parameters.push_back(std::move(p));
    }
    if (!in_.accept(",") && !in_.at(")"))
      in_.fail_here(str("expected ',' or ')' here, not ", in_.shown()));
  }
}

std::unique_ptr<ClassDef> Parser::class_definition() {
  auto c = std::make_unique<ClassDef>();
  c->span.begin = in_.begin();
  in_.expect("class");
  c->name = in_.expect_name();
  if (in_.accept("(") && !in_.accept(")")) {
    if (in_.python()) {
      do {
        if (in_.at(")")) break;
        if (in_.at(TokenKind::name) && in_.peek(1).is(TokenKind::op, "="))  // metaclass=...
          in_.next(), in_.next(), expr_.expression();
        else
          c->bases.push_back(expr_.expression());
      } while (in_.accept(","));
    } else {
      c->base = in_.expect_name();
    }
    in_.expect(")");
  }
  c->span.end = in_.end();
  in_.expect(":");
  if (!in_.accept(TokenKind::newline)) {
    statement(c->body);
    return c;
  }
  if (!in_.accept(TokenKind::indent)) return c;  // PyTorch writes classes without a body
  while (!in_.accept(TokenKind::dedent)) class_statement(*c);
  return c;
}

void Parser::class_statement(ClassDef& c) {
  if (in_.at("def")) {
    c.methods.push_back(function());
  } else if (in_.python()) {
    Body some;
    tolerated(some);
    for (StmtPtr& s : some) {
      if (s->is(StmtKind::def))
        c.methods.push_back(s->function);
      else
        c.body.push_back(std::move(s));
    }
  } else {
    statement(c.body);
  }
}

// Archives up to version 1 say what they need; the names say it too.
void Parser::skip_import() {
  while (!in_.at(TokenKind::newline) && !in_.at(TokenKind::end)) in_.next();
}

void Parser::program(Program& p) {
  while (!in_.at(TokenKind::end)) {
    if (in_.at("class"))
      p.classes.push_back(class_definition());
    else if (in_.at("def"))
      p.functions.push_back(function());
    else if (in_.at("import"))
      skip_import();
    else
      statement(p.statements);
  }
}

ExprPtr Parser::whole_expression() {
  ExprPtr e = expr_.expressions();
  in_.accept(TokenKind::newline);
  if (!in_.at(TokenKind::end)) in_.fail_here(str("expected the end, not ", in_.shown()));
  return e;
}

Program parse_program(SourceTextPtr source) {
  Program p;
  p.source = std::move(source);
  Parser(*p.source).program(p);
  return p;
}

ExprPtr parse_expression(const SourceText& source) { return Parser(source).whole_expression(); }

}  // namespace tealight::script

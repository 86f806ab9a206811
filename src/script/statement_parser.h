// The parser's half for statements: parser.cpp, and parse_python.cpp for what only Python files
// have.
#pragma once
#include "script/parser.h"
#include "script/token_stream.h"

namespace tealight::script {

class Parser {
 public:
  explicit Parser(const SourceText& source, bool python = false)
      : in_(source, python), expr_(in_) {}
  void program(Program&);
  void python_file(Program&);
  ExprPtr whole_expression();

 private:
  void refuse_statement();
  Body block();
  void statement(Body& into);
  StmtPtr simple();
  StmtPtr assignment();
  StmtPtr if_statement();
  StmtPtr while_statement();
  StmtPtr for_statement();
  StmtPtr with_statement();
  StmtPtr assert_statement();
  StmtPtr del_statement();
  std::unique_ptr<FunctionDef> function();
  void function_body(FunctionDef&);
  void parameters(FunctionDef&);
  std::unique_ptr<ClassDef> class_definition();
  void class_statement(ClassDef&);
  void skip_import();
  void no_else(const char* loop);
  // Python files
  bool python_statement(Body& into);
  void tolerated(Body& into);
  void definition(Body& into);
  std::vector<ExprPtr> decorators();
  StmtPtr import();
  std::string module_name();
  void type_comments(FunctionDef&, uint32_t signature_end);
  ExprPtr type_in(Span);
  StmtPtr make(StmtKind kind, uint32_t begin) {
    return std::make_unique<Stmt>(Stmt{kind, {begin, in_.end()}});
  }

  TokenStream in_;
  ExprParser expr_;
  int depth_ = 0;
};

}  // namespace tealight::script

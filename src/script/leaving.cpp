// What the tree says of early exits and assignments.
#include <algorithm>

#include "script/function_compiler.h"

namespace tealight::script {
namespace {

void target_names(const Expr& e, std::set<std::string>& into) {
  if (e.is(ExprKind::name)) into.insert(e.text);
  if (e.is(ExprKind::tuple) || e.is(ExprKind::list) || e.is(ExprKind::starred))
    for (const ExprPtr& p : e.parts) target_names(*p, into);
}

bool any(std::span<const StmtPtr> body, bool (*test)(const Stmt&)) {
  return std::any_of(body.begin(), body.end(), [&](const StmtPtr& s) { return test(*s); });
}

bool is_loop(const Stmt& s) { return s.is(StmtKind::while_) || s.is(StmtKind::for_); }

bool returns_somewhere(const Stmt& s) {
  if (s.is(StmtKind::def)) return false;
  return s.is(StmtKind::returns) || any(s.body, returns_somewhere) ||
         any(s.otherwise, returns_somewhere);
}

bool returns_more_than_none(const Stmt& s) {
  if (s.is(StmtKind::def)) return false;
  const bool value = s.is(StmtKind::returns) && s.value && !s.value->is(ExprKind::constant, "None");
  return value || any(s.body, returns_more_than_none) || any(s.otherwise, returns_more_than_none);
}

bool breaks(const Stmt& s) {
  if (s.is(StmtKind::def)) return false;
  if (is_loop(s)) return any(s.body, returns_somewhere);
  return s.is(StmtKind::break_) || s.is(StmtKind::returns) || any(s.body, breaks) ||
         any(s.otherwise, breaks);
}

bool breaks_out(const Stmt& s) {
  if (s.is(StmtKind::def) || is_loop(s)) return false;
  return s.is(StmtKind::break_) || any(s.body, breaks_out) || any(s.otherwise, breaks_out);
}

}  // namespace

bool may_leave(const Stmt& s) {
  if (s.is(StmtKind::def)) return false;
  if (is_loop(s)) return any(s.body, returns_somewhere);
  return s.is(StmtKind::raise) || may_jump(s) || any(s.body, may_leave) ||
         any(s.otherwise, may_leave);
}

bool may_jump(const Stmt& s) {
  if (s.is(StmtKind::def)) return false;
  if (is_loop(s)) return any(s.body, returns_somewhere);
  return s.is(StmtKind::returns) || s.is(StmtKind::break_) || s.is(StmtKind::continue_) ||
         any(s.body, may_jump) || any(s.otherwise, may_jump);
}

bool may_return(std::span<const StmtPtr> body) { return any(body, returns_somewhere); }
bool returns_value(std::span<const StmtPtr> body) { return any(body, returns_more_than_none); }
bool may_break(std::span<const StmtPtr> body) { return any(body, breaks); }

bool always_leaves(std::span<const StmtPtr> body) {
  return any(body, [](const Stmt& s) {
    switch (s.kind) {
      case StmtKind::returns:
      case StmtKind::break_:
      case StmtKind::continue_:
      case StmtKind::raise:
        return true;
      case StmtKind::if_:
        return always_leaves(s.body) && always_leaves(s.otherwise);
      case StmtKind::with:
        return always_leaves(s.body);
      case StmtKind::while_:  // while True, left by return only
        return s.value->is(ExprKind::constant, "True") && !any(s.body, breaks_out) &&
               may_return(s.body);
      default:
        return false;
    }
  });
}

void assigned_names(std::span<const StmtPtr> body, std::set<std::string>& into) {
  for (const StmtPtr& s : body) {
    if (s->is(StmtKind::assign) || s->is(StmtKind::augmented) || s->is(StmtKind::for_))
      for (const ExprPtr& t : s->targets) target_names(*t, into);
    if (s->is(StmtKind::with)) into.insert(s->names.begin(), s->names.end());
    if (s->is(StmtKind::def)) continue;
    assigned_names(s->body, into);
    assigned_names(s->otherwise, into);
  }
}

void loop_names(const Stmt& s, std::set<std::string>& into) {
  if (s.is(StmtKind::for_)) target_names(*s.targets[0], into);
  assigned_names(s.body, into);
}

}  // namespace tealight::script

// Statements, calls of functions.
#include <algorithm>

#include "python/evaluator.h"

namespace tealight::python {

using script::ExprKind;
using script::fail_at;
using script::StmtKind;

void Evaluator::step() {
  if (++steps_ > most_steps_)
    fail_here(str("the constructors take more than ", most_steps_, " steps"));
}

Evaluator::Flow Evaluator::run(std::span<const script::StmtPtr> body, Scope& scope) {
  for (const script::StmtPtr& s : body)
    if (const Flow f = run(*s, scope); f != Flow::normal) return f;
  return Flow::normal;
}

Evaluator::Flow Evaluator::run(const Stmt& s, Scope& scope) {
  step();
  source_ = &scope.file->source();
  place_ = s.span;
  switch (s.kind) {
    case StmtKind::expression:
      if (!s.value->is(ExprKind::string)) evaluate(*s.value, scope);
      return Flow::normal;
    case StmtKind::assign: {
      if (s.annotation) annotate(*s.targets[0], *s.annotation, scope);
      if (!s.value) return Flow::normal;
      const Py v = evaluate(*s.value, scope);
      for (const auto& t : s.targets) assign(*t, v, scope);
      if (s.annotation) annotate(*s.targets[0], *s.annotation, scope);
      return Flow::normal;
    }
    case StmtKind::augmented: {
      const Py old = evaluate(*s.targets[0], scope);
      const Py v = evaluate(*s.value, scope);
      if (List* l = old.as<List>(); l && !l->tuple && s.text == "+") {
        for (const Py& item : iterate(v)) l->items.push_back(item);
        return Flow::normal;
      }
      assign(*s.targets[0], binary(s.text, old, v), scope);
      return Flow::normal;
    }
    case StmtKind::returns:
      returned_ = s.value ? evaluate(*s.value, scope) : Py();
      return Flow::returned;
    case StmtKind::if_:
      return run(truth(evaluate(*s.value, scope)) ? s.body : s.otherwise, scope);
    case StmtKind::while_:
    case StmtKind::for_:
      return loop(s, scope);
    case StmtKind::pass:
    case StmtKind::import_:
      for (const script::Import& i : s.imports) {
        const std::string name = i.name.substr(0, i.name.find('.'));
        scope.names[name] = import(i, name);
      }
      return Flow::normal;
    case StmtKind::break_:
      return Flow::broke;
    case StmtKind::continue_:
      return Flow::continued;
    case StmtKind::assert_:
      if (!truth(evaluate(*s.value, scope)))
        fail_at(scope.file->source(), s.span,
                "assertion failed" +
                    (s.targets.empty() ? "" : ": " + text(evaluate(*s.targets[0], scope))));
      return Flow::normal;
    case StmtKind::raise:
      raise(s, scope);
    case StmtKind::del:
      for (const auto& t : s.targets) {
        if (t->is(ExprKind::name)) scope.names.erase(t->text);
        if (t->is(ExprKind::subscript)) {
          const Py container = evaluate(t->part(0), scope), key = evaluate(t->part(1), scope);
          call_method(container, "pop", {{key}, {}});
        }
        if (t->is(ExprKind::attribute))
          if (Instance* i = evaluate(t->part(), scope).as<Instance>())
            std::erase_if(i->attributes, [&](const auto& a) { return a.name == t->text; });
      }
      return Flow::normal;
    case StmtKind::with:  // torch.no_grad(): constructors compute without gradients anyway
      for (size_t i = 0; i < s.targets.size(); ++i) {
        const Py context = evaluate(*s.targets[i], scope);
        if (!s.names[i].empty()) scope.names[s.names[i]] = context;
      }
      return run(s.body, scope);
    case StmtKind::def: {
      FunctionObject* f = make<FunctionObject>();
      f->def = s.function.get();
      f->file = scope.file;
      f->closure = &scope;
      scope.names[s.function->name] = f;
      return Flow::normal;
    }
    case StmtKind::class_:
      scope.names[s.cls->name] =
          define_class(*scope.file, *s.cls, scope.file->full_name(s.cls->name), &scope);
      return Flow::normal;
    case StmtKind::refused:
      throw Error(*s.problem);
  }
  return Flow::normal;
}

Evaluator::Flow Evaluator::loop(const Stmt& s, Scope& scope) {
  if (s.is(StmtKind::while_)) {
    while (truth(evaluate(*s.value, scope))) {
      const Flow f = run(s.body, scope);
      if (f == Flow::returned) return f;
      if (f == Flow::broke) break;
    }
    return Flow::normal;
  }
  for (const Py& item : iterate(evaluate(*s.value, scope))) {
    assign(*s.targets[0], item, scope);
    const Flow f = run(s.body, scope);
    if (f == Flow::returned) return f;
    if (f == Flow::broke) break;
  }
  return Flow::normal;
}

void Evaluator::raise(const Stmt& s, Scope& scope) {
  std::string what = "raises";
  if (s.value && s.value->is(ExprKind::call)) {
    what = script::clone(s.value->part())->text;
    for (size_t i = 1; i < s.value->parts.size(); ++i)
      what += (i == 1 ? ": " : ", ") + text(evaluate(s.value->part(i), scope));
  } else if (s.value) {
    what = s.value->text;
  }
  fail_at(scope.file->source(), s.span, what);
}

void Evaluator::assign(const Expr& target, Py v, Scope& scope) {
  switch (target.kind) {
    case ExprKind::name:
      scope.names[target.text] = std::move(v);
      return;
    case ExprKind::attribute:
      set_attribute(evaluate(target.part(), scope), target.text, std::move(v));
      return;
    case ExprKind::subscript:
      set_item(evaluate(target.part(0), scope), target.part(1), std::move(v), scope);
      return;
    case ExprKind::tuple:
    case ExprKind::list: {
      const std::vector<Py> items = iterate(v);
      const size_t n = target.parts.size();
      size_t star = n;
      for (size_t i = 0; i < n; ++i)
        if (target.parts[i]->is(ExprKind::starred)) star = i;
      if (star == n ? items.size() != n : items.size() + 1 < n)
        fail_at(scope.file->source(), target.span,
                str(items.size(), " values for ", n, " variables"));
      for (size_t i = 0, at = 0; i < n; ++i) {
        if (i != star) {
          assign(*target.parts[i], items[at++], scope);
          continue;
        }
        const size_t count = items.size() - (n - 1);
        assign(target.parts[i]->part(),
               list({items.begin() + int64_t(at), items.begin() + int64_t(at + count)}), scope);
        at += count;
      }
      return;
    }
    default:
      fail_at(scope.file->source(), target.span, "this cannot be assigned to");
  }
}

// self.x: List[int] = []
void Evaluator::annotate(const Expr& target, const Expr& annotation, Scope& scope) {
  if (!target.is(ExprKind::attribute)) return;
  Instance* i = evaluate(target.part(), scope).as<Instance>();
  Instance::Attribute* a = i ? i->find(target.text) : nullptr;
  if (!a) return;
  a->annotation = &annotation;
  a->annotated_in = scope.file;
}

// ---- calls

void Evaluator::bind_parameters(const FunctionDef& def, Args& args, Scope& into, Scope& defaults) {
  size_t next = 0;
  std::vector<bool> used(args.named.size());
  const auto describe = [&] { return def.name + "()"; };
  for (const script::Parameter& p : def.parameters) {
    if (p.kind == script::Parameter::Kind::all_positional) {
      into.names[p.name] =
          list({args.positional.begin() + int64_t(next), args.positional.end()}, true);
      next = args.positional.size();
      continue;
    }
    if (p.kind == script::Parameter::Kind::all_keywords) {
      Dict* rest = make<Dict>();
      for (size_t i = 0; i < used.size(); ++i)
        if (!used[i]) rest->entries.emplace_back(Value(args.named[i].first), args.named[i].second);
      used.assign(used.size(), true);
      into.names[p.name] = rest;
      continue;
    }
    size_t keyword = 0;
    while (keyword < used.size() && args.named[keyword].first != p.name) ++keyword;
    if (!p.keyword_only && next < args.positional.size()) {
      if (keyword < used.size()) fail_here(str(describe(), " got '", p.name, "' twice"));
      into.names[p.name] = args.positional[next++];
    } else if (keyword < used.size()) {
      used[keyword] = true;
      into.names[p.name] = args.named[keyword].second;
    } else if (p.default_value) {
      into.names[p.name] = evaluate(*p.default_value, defaults);
    } else {
      fail_here(str(describe(), ": argument '", p.name, "' is missing"));
    }
  }
  if (next < args.positional.size())
    fail_here(str(describe(), " takes ", def.parameters.size(), " arguments, not ",
                  args.positional.size()));
  for (size_t i = 0; i < used.size(); ++i)
    if (!used[i]) fail_here(str(describe(), " has no argument '", args.named[i].first, "'"));
}

Py Evaluator::call_function(const FunctionObject& f, Args args, const Py* self) {
  const Calling calling(*this);
  Scope* scope = make<Scope>();
  scope->file = f.file;
  scope->outer = f.closure;
  scope->owner = f.owner;
  if (self) args.positional.insert(args.positional.begin(), *self);
  Scope defaults;
  defaults.file = f.file;
  defaults.outer = f.closure;
  bind_parameters(*f.def, args, *scope, defaults);
  if (self && !f.def->parameters.empty()) scope->self = scope->names[f.def->parameters[0].name];
  if (f.def->problem) throw Error(*f.def->problem);
  returned_ = Py();
  run(f.def->body, *scope);
  return std::exchange(returned_, Py());
}

Py Evaluator::call(const Py& callee, Args args) {
  if (const FunctionObject* f = callee.as<FunctionObject>())
    return call_function(*f, std::move(args));
  if (const Bound* b = callee.as<Bound>())
    return b->function ? call_function(*b->function, std::move(args), &b->self)
                       : call_method(b->self, b->name, std::move(args));
  if (ClassObject* c = callee.as<ClassObject>()) return instantiate(*c, std::move(args));
  if (const Path* p = callee.as<Path>()) return call_path(p->path, std::move(args));
  if (const Partial* p = callee.as<Partial>()) {
    Args all = p->args;
    all.positional.insert(all.positional.end(), args.positional.begin(), args.positional.end());
    for (auto& [name, v] : args.named) {
      std::erase_if(all.named, [&, n = name](const auto& old) { return old.first == n; });
      all.named.emplace_back(name, v);
    }
    return call(p->callee, std::move(all));
  }
  if (Instance* i = callee.as<Instance>())
    for (const char* method : {"__call__", "forward"})
      if (FunctionObject* f = find_function(*i->cls, method))
        return call_function(*f, std::move(args), &callee);
  fail_here(str("a ", kind_of(callee), " cannot be called"));
}

}  // namespace tealight::python

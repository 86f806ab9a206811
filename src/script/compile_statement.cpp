// A function as a whole, and its statements except if and loops (compile_flow.cpp).
#include "script/function_compiler.h"
#include "script/parser.h"

namespace tealight::script {
namespace {

constexpr int kMaxDepth = 400;  // of statements that stand in branches of those before them

}  // namespace

struct FunctionCompiler::Deeper {
  Deeper(FunctionCompiler& c, Span span) : compiler(c) {
    if (++c.depth_ > kMaxDepth) {
      c.depth_ = 0;
      fail_at(c.source_, span,
              str("more than ", kMaxDepth,
                  " statements inside each other, or after each other's early exits"),
              "put a part of them into a function of its own");
    }
  }
  ~Deeper() { --compiler.depth_; }
  Deeper(const Deeper&) = delete;
  FunctionCompiler& compiler;
};

std::shared_ptr<ir::Graph> compile_function(Unit& unit, ScriptFunction& f) {
  return FunctionCompiler(unit, f).run();
}

FunctionCompiler::FunctionCompiler(Unit& unit, ScriptFunction& f)
    : unit_(unit), function_(f), source_(*f.source), graph_(std::make_shared<ir::Graph>()) {
  const bool unused = has_decorator(f.def->decorators, "unused");  // is of Tensor, as in PyTorch
  if (!f.declared_return && !unused && !returns_value(f.def->body)) {
    Argument none;
    none.type = Type::get(TypeKind::None);
    f.schema.returns = {none};
    f.declared_return = true;
  }
  return_declared_ = f.declared_return;
  if (return_declared_) return_type_ = f.schema.returns[0].type;
}

std::shared_ptr<ir::Graph> FunctionCompiler::run() {
  const FunctionDef& def = *function_.def;
  if (def.problem) throw Error(*def.problem);
  if (has_decorator(def.decorators, "ignore"))
    fail_at(source_, def.span,
            str("function '", def.name, "' is marked @torch.jit.ignore: it stays with Python"),
            "mark it @torch.jit.unused if it is never called, or do not call it");
  Scope body{&graph_->body(), nullptr};
  scope_ = &body;
  at(function_.def->span);
  for (const Argument& a : function_.schema.arguments)
    bind(a.name, Meaning{Meaning::Kind::value, graph_->body().add_parameter(a.type, a.name)},
         a.type);
  ir::Var* v = nullptr;
  if (has_decorator(def.decorators, "unused")) {
    v = unused();
  } else {
    statements(def.body);
    v = result();
  }
  if (!return_declared_) {
    return_type_ = v->type();
    Argument r;
    r.type = return_type_;
    function_.schema.returns = {r};
    function_.declared_return = true;
  }
  graph_->body().add_result(v);
  return graph_;
}

// What is marked @torch.jit.unused says so when it is called.
ir::Var* FunctionCompiler::unused() {
  raise(constant(Value(str("function '", function_.def->name,
                           "' is marked @torch.jit.unused and was called"))),
        "builtins.Exception");
  return builder()
      .node("prim::Uninitialized")
      ->add_output(return_declared_ ? return_type_ : Type::get(TypeKind::Tensor));
}

ir::Var* FunctionCompiler::result() {
  const Body& body = function_.def->body;
  if (return_declared_ && return_type_->is(TypeKind::None)) return constant(Value());
  if (!always_leaves(body))
    fail_at(source_, function_.def->span,
            str("function '", function_.def->name, "' does not return on every way through it"),
            "let each way end in return, or say that it returns None");
  const Binding* b = find("$return");
  if (!b)  // it only raises
    return builder().node("prim::Uninitialized")->add_output(return_type_);
  if (!b->problem.empty())
    fail_at(source_, function_.def->span,
            str("what function '", function_.def->name, "' returns: ", b->problem),
            "let each way return a value of one type");
  return b->meaning.var;
}

void FunctionCompiler::at(Span span) {
  if (span.begin == place_begin_) return;
  place_begin_ = span.begin;
  place_ = std::make_shared<const ir::Source>(locate(source_, span, function_.def->name));
}

ir::Builder FunctionCompiler::builder() const {
  ir::Builder b(scope_->block);
  b.set_source(place_);
  return b;
}

// ---- names

Binding* FunctionCompiler::find(const std::string& name) {
  for (Scope* s = scope_; s; s = s->outer)
    if (const auto at = s->names.find(name); at != s->names.end()) return &at->second;
  return nullptr;
}

void FunctionCompiler::bind(const std::string& name, Meaning m, TypePtr declared) {
  Binding b;
  b.meaning = std::move(m);
  b.declared = std::move(declared);
  scope_->names[name] = std::move(b);
}

ir::Var* FunctionCompiler::variable(const std::string& name) {
  Binding* b = find(name);
  return b && b->problem.empty() && b->meaning.is(Meaning::Kind::value) ? b->meaning.var : nullptr;
}

// ---- sequences

void FunctionCompiler::statements(std::span<const StmtPtr> body) {
  for (size_t i = 0; i < body.size(); ++i) {
    const Stmt& s = *body[i];
    const auto rest = body.subspan(i + 1);
    if (s.is(StmtKind::if_) && may_leave(s)) {
      const Deeper deeper(*this, s.span);
      at(s.span);
      return if_statement(s, rest);
    }
    if (s.is(StmtKind::with) && may_leave(s)) return with_that_leaves(s, rest);
    statement(s);
    if (s.is(StmtKind::returns) || s.is(StmtKind::break_) || s.is(StmtKind::continue_)) return;
    if (s.is(StmtKind::raise)) return;
    const bool loop = s.is(StmtKind::for_) || s.is(StmtKind::while_);
    if (loop && may_return(s.body)) {
      const Deeper deeper(*this, s.span);
      return branch(
          {variable("$returned"), {}}, [&] { leave(true, true); }, [&] { statements_after(rest); });
    }
  }
}

void FunctionCompiler::statements_after(std::span<const StmtPtr> rest) {
  if (!rest.empty()) statements(rest);
}

void FunctionCompiler::statement(const Stmt& s) {
  const Deeper deeper(*this, s.span);
  at(s.span);
  switch (s.kind) {
    case StmtKind::expression:
      if (!s.value->is(ExprKind::string)) values_of(*s.value);
      return;
    case StmtKind::assign:
      return assign_statement(s);
    case StmtKind::augmented:
      return augmented(s);
    case StmtKind::returns:
      return returns(s);
    case StmtKind::if_:
      return if_statement(s, {});
    case StmtKind::while_:
    case StmtKind::for_:
      return loop_statement(s);
    case StmtKind::pass:
      return;
    case StmtKind::break_:
    case StmtKind::continue_:
      if (level_ == 0) fail_at(source_, s.span, "break or continue outside a loop");
      return leave(s.is(StmtKind::break_), false);
    case StmtKind::assert_:
      return assert_true(s);
    case StmtKind::raise:
      return raise(s);
    case StmtKind::del:
      for (const ExprPtr& t : s.targets) delete_target(*t);
      return;
    case StmtKind::with:
      return with(s);
    case StmtKind::def: {
      Meaning m{Meaning::Kind::nested};
      m.def = s.function.get();
      return bind(s.function->name, std::move(m));
    }
    case StmtKind::class_:
      fail_at(source_, s.span, "a class inside a function is not part of TorchScript",
              "define it at the top of the file");
    case StmtKind::import_:
      fail_at(source_, s.span, "'import' inside a function is not part of TorchScript",
              "import at the top of the file");
    case StmtKind::refused:
      throw Error(*s.problem);
  }
}

// ---- assignments

void FunctionCompiler::assign_statement(const Stmt& s) {
  if (!s.value) {  // x: int
    if (s.targets[0]->is(ExprKind::name)) return;
    fail_at(source_, s.span, "only a variable can be declared without a value");
  }
  const Expr& first = *s.targets[0];
  if (s.annotation) {
    const TypePtr type = unit_.type(*s.annotation, source_);
    ir::Var* v = converted(*s.value, value(*s.value, type), type, "the declared type");
    if (!first.is(ExprKind::name)) return assign(first, v, s.value.get());
    if (!(*v->type() == *type)) v = cast(v, type);
    return bind(first.text, Meaning{Meaning::Kind::value, v}, type);
  }
  const bool many =
      s.targets.size() == 1 && (first.is(ExprKind::tuple) || first.is(ExprKind::list));
  if (many) {
    const std::vector<ir::Var*> results = values_of(*s.value);
    if (results.size() != 1 || s.value->is(ExprKind::tuple)) return unpack_into(first, results);
    return unpack(first, results[0], s.value.get());
  }
  ir::Var* v = nullptr;
  if (first.is(ExprKind::name)) {
    const Meaning m = meaning(*s.value);
    const bool is_name =
        m.is(Meaning::Kind::nested) || m.is(Meaning::Kind::function) || m.is(Meaning::Kind::type);
    if (is_name) return bind(first.text, m);  // another name for a function or class
    const Binding* before = find(first.text);
    const TypePtr hint = before ? before->declared : nullptr;
    v = m.is(Meaning::Kind::value) ? m.var : as_value(*s.value, m);
    if (hint && !(*v->type() == *hint)) {
      ir::Builder b = builder();
      if (ir::Var* fitting = convert(unit_, v, hint, b)) v = fitting;
    }
  } else {
    v = value(*s.value);
  }
  for (const ExprPtr& t : s.targets) assign(*t, v, s.value.get());
}

void FunctionCompiler::assign(const Expr& target, ir::Var* v, const Expr* from) {
  switch (target.kind) {
    case ExprKind::name:
      if (v->is_numbered() && v->node() && !v->node()->is("prim::Constant") && !v->is_parameter())
        v->set_name(target.text);
      return bind(target.text, Meaning{Meaning::Kind::value, v},
                  find(target.text) ? find(target.text)->declared : nullptr);
    case ExprKind::tuple:
    case ExprKind::list:
      return unpack(target, v, from);
    case ExprKind::attribute:
      return assign_attribute(target, v);
    case ExprKind::subscript:
      return assign_index(target, v);
    default:
      fail_here(target, "this cannot be assigned to",
                "assign to a variable, an attribute or an item");
  }
}

void FunctionCompiler::unpack(const Expr& target, ir::Var* v, const Expr*) {
  const Type& t = *v->type();
  std::vector<ir::Var*> items;
  size_t stars = 0;
  for (const ExprPtr& p : target.parts) stars += p->is(ExprKind::starred);
  if (t.is(TypeKind::Tuple)) {
    items = unpacked(v);
  } else if (t.is(TypeKind::List) && stars == 0) {
    ir::Node* n = builder().node("prim::ListUnpack", {v});
    for (size_t i = 0; i < target.parts.size(); ++i) items.push_back(n->add_output(t.element()));
  } else if (t.is(TypeKind::Tensor) && stars == 0) {
    ir::Var* list = call_one(target.span, "aten::unbind", {v, number(0)});
    ir::Node* n = builder().node("prim::ListUnpack", {list});
    for (size_t i = 0; i < target.parts.size(); ++i) items.push_back(n->add_output(v->type()));
  } else {
    fail_here(target, str("a ", t.annotation(), " cannot be unpacked", stars ? " with '*'" : ""),
              "unpack a tuple, a list or a Tensor");
  }
  unpack_into(target, items);
}

void FunctionCompiler::unpack_into(const Expr& target, std::span<ir::Var* const> items) {
  const size_t n = target.parts.size();
  size_t star = n;
  for (size_t i = 0; i < n; ++i)
    if (target.parts[i]->is(ExprKind::starred)) star = i;
  if (star == n ? items.size() != n : items.size() + 1 < n)
    fail_here(target, str(items.size(), " values for ", n, " variables"));
  const size_t starred = star == n ? 0 : items.size() - (n - 1);
  for (size_t i = 0, item = 0; i < n; ++i) {
    if (i == star) {
      std::vector<ir::Var*> some(items.begin() + int64_t(item),
                                 items.begin() + int64_t(item + starred));
      assign(target.parts[i]->part(), make_tuple(some), nullptr);
      item += starred;
    } else {
      assign(*target.parts[i], items[item++], nullptr);
    }
  }
}

void FunctionCompiler::assign_attribute(const Expr& target, ir::Var* v) {
  ir::Var* object = value(target.part());
  Class* c = unit_.class_of(*object->type());
  if (ScriptFunction* setter = unit_.find_method(*object->type(), "__" + target.text + "_setter")) {
    unit_.refer(*setter);
    call_script(target, *setter, {{object, "", target.span}, {v, "", target.span}});
    return;
  }
  if (c && c->infer_attributes && function_.cls == c && function_.def->name == "__init__" &&
      c->find_attribute(target.text) < 0)
    c->add_attribute(target.text, v->type());
  const int64_t slot =
      c && object->type()->is(TypeKind::Class) ? c->find_attribute(target.text) : -1;
  if (slot < 0)
    fail_here(target, str("a ", object->type()->annotation(), " has no attribute '", target.text,
                          "' that could be set"));
  // Packed weights that the class declares as a Tensor.
  if (c->attribute_types[size_t(slot)]->is(TypeKind::Tensor) && v->type()->is(TypeKind::Class) &&
      unit_.resolver().packed_weights_are_tensors())
    c->set_attribute_type(size_t(slot), v->type());
  const TypePtr& type = c->attribute_types[size_t(slot)];
  v = converted(target, v, type, "attribute '" + target.text + "'");
  builder().node("prim::SetAttr", {object, v})->set_attribute("name", Value(target.text));
}

void FunctionCompiler::augmented(const Stmt& s) {
  const Expr& target = *s.targets[0];
  ir::Var* old = value(target);
  ir::Var* v = value(*s.value);
  struct Op {
    std::string_view text;
    const char *name, *in_place, *method;
  };
  constexpr Op kOps[] = {
      {"+", "aten::add", "aten::add_", "__iadd__"},
      {"-", "aten::sub", "aten::sub_", "__isub__"},
      {"*", "aten::mul", "aten::mul_", "__imul__"},
      {"/", "aten::div", "aten::div_", "__itruediv__"},
      {"%", "aten::remainder", "aten::fmod_", "__imod__"},
      {"|", "aten::__or__", "aten::bitwise_or_", "__ior__"},
      {"&", "aten::__and__", "aten::bitwise_and_", "__iand__"},
      {"^", "aten::__xor__", "aten::bitwise_xor_", "__ixor__"},
      {"<<", "aten::__lshift__", "aten::__lshift__", "__ilshift__"},
      {">>", "aten::__rshift__", "aten::__rshift__", "__irshift__"},
      {"**", "aten::pow", "aten::pow_", "__ipow__"},
      {"//", "aten::floordiv", "aten::floor_divide_", "__ifloordiv__"},
  };
  for (const Op& op : kOps) {
    if (op.text != s.text) continue;
    const Type& t = *old->type();
    if (t.is(TypeKind::Class)) {
      const bool own = unit_.find_method(t, op.method) != nullptr;
      std::string method = op.method;
      if (!own) method.erase(2, 1);  // __iadd__ -> __add__
      return assign(target,
                    call_method_on(s.span, old, method, {{v, "", s.value->span}}, target)[0],
                    nullptr);
    }
    const bool in_place = t.is(TypeKind::Tensor) || (t.is(TypeKind::List) && op.text == "+");
    ir::Var* made = call_one(s.span, in_place ? op.in_place : op.name, {old, v});
    // What was written in place is in its container already.
    if (in_place && target.is(ExprKind::subscript) &&
        value(target.part())->type()->is(TypeKind::Tensor))
      return;
    return assign(target, made, nullptr);
  }
  fail_at(source_, s.span, str("'", s.text, "=' is not part of TorchScript"));
}

// ---- the rest

void FunctionCompiler::delete_target(const Expr& target) {
  if (target.is(ExprKind::name) && find(target.text)) {
    Binding none;
    none.problem = str("'", target.text, "' was deleted");
    scope_->names[target.text] = none;
    return;
  }
  if (!target.is(ExprKind::subscript))
    fail_here(target, "del of something else than a variable or an item",
              "del x, del l[0] and del d[key] are there");
  ir::Var* container = value(target.part());
  call_symbol(
      target.span, "aten::Delete",
      std::vector<Given>{{container, "", target.span}, {value(target.part(1)), "", target.span}});
}

void FunctionCompiler::raise(const Stmt& s) {
  ir::Var* message = nullptr;
  std::string cls;
  if (!s.value) {
    message = constant(Value(""));
  } else if (s.value->is(ExprKind::call)) {
    const Expr& call = *s.value;
    const std::string name = dotted_name(call.part());
    std::vector<ir::Var*> parts;
    for (size_t i = 1; i < call.parts.size(); ++i) parts.push_back(value(call.part(i)));
    if (parts.size() == 1 && parts[0]->type()->is(TypeKind::String))
      message = parts[0];
    else if (parts.empty())
      message = constant(Value(""));
    else
      message =
          call_one(call.span, "aten::str", {parts.size() == 1 ? parts[0] : make_tuple(parts)});
    cls = "builtins." + name;
  } else {
    message = constant(Value(""));
    cls = "builtins." + dotted_name(*s.value);
  }
  raise(message, cls);
}

void FunctionCompiler::raise(ir::Var* message, const std::string& cls) {
  ir::Var* name = cls.empty() ? constant(Value()) : constant(Value(cls));
  ir::Node* n = builder().node("prim::RaiseException", {message, name});
  n->set_overload(&find_overload("prim::RaiseException"));
}

void FunctionCompiler::assert_true(const Stmt& s) {
  const Condition c = condition(*s.value);
  branch(
      c, [] {},
      [&] {
        ir::Var* message = s.targets.empty() ? constant(Value("")) : value(*s.targets[0]);
        if (!message->type()->is(TypeKind::String))
          message = call_one(s.span, "aten::str", {message});
        raise(message, "builtins.AssertionError");
      },
      false, true);
  refine(c.when_true);
}

void FunctionCompiler::with(const Stmt& s) {
  std::vector<ir::Var*> entered;
  for (size_t i = 0; i < s.targets.size(); ++i) {
    ir::Var* object = value(*s.targets[i]);
    if (!unit_.find_method(*object->type(), "__enter__") ||
        !unit_.find_method(*object->type(), "__exit__"))
      fail_here(*s.targets[i],
                str("a ", object->type()->annotation(), " has no __enter__ and __exit__"));
    ScriptFunction* enter = unit_.find_method(*object->type(), "__enter__");
    if (!enter->declared_return) unit_.compile(*enter);
    unit_.refer(*enter);
    unit_.refer(*unit_.find_method(*object->type(), "__exit__"));
    ir::Var* v = builder().node("prim::Enter", {object})->add_output(enter->schema.returns[0].type);
    entered.push_back(object);
    if (!s.names[i].empty()) bind(s.names[i], v);
  }
  statements(s.body);
  for (size_t i = entered.size(); i-- > 0;)
    builder().node("prim::Exit", {entered[i]})->add_output(Type::get(TypeKind::None));
}

}  // namespace tealight::script

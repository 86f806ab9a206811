// Statements: what stands on a line of its own.
#include "graph/inline_plan.h"
#include "script/print_function.h"

namespace tealight::script {
namespace {

// What a branch or loop gives gets its name there.
bool gives_result(const ir::Node& n) {
  const ir::Node* user = n.output()->uses()[0].user;
  return user->is("prim::Return") && user->owner()->owner();
}

}  // namespace

std::string joined(std::span<const std::string> texts) {
  std::string out;
  for (size_t i = 0; i < texts.size(); ++i) out += (i ? ", " : "") + texts[i];
  return out;
}

std::string base_name(const ir::Var& v) {
  if (v.is_numbered()) return {};
  const std::string& name = v.name();
  const size_t dot = name.rfind('.');
  const bool number = dot != name.npos && dot + 1 < name.size() &&
                      name.find_first_not_of("0123456789", dot + 1) == name.npos;
  return number ? name.substr(0, dot) : name;
}

// What a text called _12 has no name of its own.
bool is_anonymous(const ir::Var& v) {
  const std::string base = base_name(v);
  return base.empty() || (base[0] == '_' && base.find_first_not_of("0123456789", 1) == base.npos);
}

TypePtr told_type(const ir::Var& v) {
  const Value* value = ir::constant_value(&v);
  return value && value->isNone() ? Type::get(TypeKind::None) : v.type();
}

void FunctionPrinter::print(const ScriptFunction& f, const ir::Graph& graph, size_t level) {
  level_ = level;
  head(f, graph);
  body(graph);
}

// def f(self: __torch__.M,
//     x: Tensor,
//     n: int=2) -> Tensor:
void FunctionPrinter::head(const ScriptFunction& f, const ir::Graph& graph) {
  std::string text = begin_line() + "def " + f.base_name() + "(";
  const auto& arguments = f.schema.arguments;
  // Bytecode tells "no default" and "None" alike: None before an argument that has to be given is
  // the former.
  size_t defaults = arguments.size();
  while (defaults && arguments[defaults - 1].default_value) --defaults;
  for (size_t i = 0; i < graph.inputs().size(); ++i) {
    const ir::Var& parameter = *graph.inputs()[i];
    const bool declared = i < arguments.size();
    const std::string name =
        local_names_.take(as_identifier(declared ? arguments[i].name : base_name(parameter)));
    names_[&parameter] = name;
    const TypePtr type = declared ? arguments[i].type : parameter.type();
    text += (i ? ",\n" + begin_line() + "    " : "") + name + ": " + words_.type(*type);
    if (declared && i >= defaults) text += "=" + words_.literal(*arguments[i].default_value, type);
  }
  TypePtr result = Type::get(TypeKind::None);
  if (!f.schema.returns.empty())
    result = f.schema.returns[0].type;
  else if (!graph.outputs().empty())
    result = graph.outputs()[0]->type();
  out_ += text + ") -> " + words_.type(*result) + ":\n";
}

void FunctionPrinter::body(const ir::Graph& graph) {
  ++level_;
  nodes(graph.body());
  returns(graph);
  --level_;
}

void FunctionPrinter::returns(const ir::Graph& graph) {
  std::vector<std::string> results = use(*graph.body().results_node());
  write_pending();
  const bool one = results.size() == 1;
  line("return " + (results.empty() ? "None" : one ? results[0] : "(" + joined(results) + ")"));
}

void FunctionPrinter::nodes(const ir::Block& b) {
  inline_.merge(ir::stay_on_stack(b));
  for (const auto& n : b.nodes())
    if (!n->is("prim::Constant")) node(*n);
}

void FunctionPrinter::node(const ir::Node& n) {
  if (places_ && n.source()) places_->push_back({out_.size(), n.source()});
  if (!open_.empty() && !n.is("prim::Exit")) open_.back().empty = false;
  if (control_flow(n)) return;
  give(n, expression(n, use(n)));
}

bool FunctionPrinter::control_flow(const ir::Node& n) {
  if (n.is("prim::If")) return branch(n), true;
  if (n.is("prim::Loop")) return loop(n), true;
  if (n.is("prim::fork")) return fork(n), true;
  if (n.is("prim::Enter")) return enter(n), true;
  if (n.is("prim::Exit")) return exit(n), true;
  if (n.is("prim::SetAttr")) return set_attribute(n), true;
  if (n.is("prim::TupleUnpack") || n.is("prim::ListUnpack")) return unpack(n), true;
  return false;
}

// ---- variables

std::string FunctionPrinter::name(const ir::Var& v) {
  const std::string wanted = is_anonymous(v) ? "_" : as_identifier(base_name(v));
  return names_[&v] = local_names_.take(wanted);
}

std::vector<std::string> FunctionPrinter::names(std::span<const std::unique_ptr<ir::Var>> vars) {
  std::vector<std::string> out;
  for (const auto& v : vars) out.push_back(name(*v));
  return out;
}

bool FunctionPrinter::is_pending(const ir::Var& v) const {
  for (const Pending& p : pending_)
    if (p.node == v.node()) return true;
  return false;
}

// Lines of their own for the first of what is pending.
void FunctionPrinter::write_pending(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const std::string text = std::move(pending_[i].text);
    line(name(*pending_[i].node->output()) + " = " + text);
  }
  pending_.erase(pending_.begin(), pending_.begin() + int64_t(count));
}

// The text of each input. What is pending for this node is the last of what is pending at all: the
// plan keeps the order.
std::vector<std::string> FunctionPrinter::use(const ir::Node& n) {
  size_t lines = 0;
  for (size_t i = 0; i < pending_.size(); ++i) {
    const bool used_here = pending_[i].node->output()->uses()[0].user == &n;
    const bool whole_line = n.inputs().size() == 1 && (n.is("prim::Return") || n.is("prim::If"));
    if (used_here && !whole_line && pending_[i].text.size() >= kLong) lines = i + 1;
  }
  write_pending(lines);
  std::vector<std::string> out;
  size_t used = 0;
  for (const ir::Var* v : n.inputs()) {
    used += is_pending(*v);
    out.push_back(use_one(*v));
  }
  pending_.resize(pending_.size() - used);
  return out;
}

std::string FunctionPrinter::use_one(const ir::Var& v) {
  if (v.type()->is(TypeKind::Function)) return {};  // its caller knows its name
  for (Pending& p : pending_)
    if (p.node == v.node()) return std::move(p.text);
  if (const Value* value = ir::constant_value(&v)) return words_.literal(*value, v.type());
  const auto at = names_.find(&v);
  TL_CHECK(at != names_.end(), "%", v.name(), " : ", v.type()->str(),
           " is no value that a program's text can name");
  return at->second;
}

// ---- lines

std::string FunctionPrinter::begin_line() { return std::string(2 * level_, ' '); }

void FunctionPrinter::line(const std::string& text) { out_ += begin_line() + text + "\n"; }

// a, b = x, y
void FunctionPrinter::assign(std::span<const std::string> names,
                             std::span<const std::string> values) {
  std::vector<std::string> to, from;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == values[i]) continue;
    to.push_back(names[i]);
    from.push_back(values[i]);
  }
  if (!to.empty()) line(joined(to) + " = " + joined(from));
}

// What a node gives: a part of the next statement, or a statement.
void FunctionPrinter::give(const ir::Node& n, std::string text) {
  const auto outputs = n.outputs();
  if (inline_.contains(&n) && (is_anonymous(*outputs[0]) || gives_result(n))) {
    pending_.push_back({&n, std::move(text)});
    return;
  }
  write_pending();
  bool used = false;
  for (const auto& v : outputs) used |= v->used();
  line(used ? joined(names(outputs)) + " = " + text : text);
}

void FunctionPrinter::set_attribute(const ir::Node& n) {
  // The right side would come first.
  for (size_t i = 0; i < pending_.size(); ++i)
    if (pending_[i].node == n.input(0)->node()) {
      write_pending(i + 1);
      break;
    }
  const std::vector<std::string> inputs = use(n);
  write_pending();
  const std::string& attribute = n.text_attribute("name");
  TL_CHECK(is_identifier(attribute), "a program's text cannot assign to an attribute named '",
           attribute, "'");
  line(inputs[0] + "." + attribute + " = " + inputs[1]);
}

// a, b, = t
void FunctionPrinter::unpack(const ir::Node& n) {
  const std::vector<std::string> inputs = use(n);
  write_pending();
  std::string targets;
  for (const std::string& name : names(n.outputs())) targets += name + ", ";
  line(targets.empty() ? inputs[0] : targets.substr(0, targets.size() - 1) + " = " + inputs[0]);
}

}  // namespace tealight::script

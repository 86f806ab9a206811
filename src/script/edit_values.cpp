#include "script/edit_values.h"

#include <charconv>

#include "graph/schema_match.h"
#include "script/program_code.h"

namespace tealight::script {
namespace {

using ir::Builder;
using ir::Var;

Var* op(Builder& b, const char* kind, const std::vector<Var*>& inputs) {
  const Overload* o = ir::resolve(kind, ir::types_of(inputs));
  TL_CHECK(o, "no overload of ", kind, " takes these values");
  ir::Node* n = b.op(*o, inputs);
  return n->outputs().empty() ? nullptr : n->output();
}

std::optional<size_t> number(const std::string& text) {
  size_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(n)
                                                                    : std::nullopt;
}

[[noreturn]] void no_part(const Type& whole, const std::string& name) {
  Error e(str("there is no output '", name, "' in ", whole.annotation()));
  if (whole.is(TypeKind::Tuple) && !whole.children.empty())
    e.fix(str("a number from 0 to ", whole.children.size() - 1,
              whole.field_names.empty() ? "" : ", or a field's name"));
  else if (whole.is(TypeKind::Tensor))
    e.fix("leave it out: the result is one tensor");
  throw e;
}

size_t tuple_index(const Type& t, const std::string& name) {
  for (size_t i = 0; i < t.field_names.size(); ++i)
    if (t.field_names[i] == name) return i;
  const auto n = number(name);
  if (!n || *n >= t.children.size()) no_part(t, name);
  return *n;
}

std::vector<Var*> unpack(Builder& b, Var* tuple) {
  if (!tuple->is_parameter() && tuple->node()->is("prim::TupleConstruct"))
    return {tuple->node()->inputs().begin(), tuple->node()->inputs().end()};
  ir::Node* n = b.node("prim::TupleUnpack", {tuple});
  std::vector<Var*> parts;
  for (const TypePtr& t : tuple->type()->children) parts.push_back(n->add_output(t));
  return parts;
}

// What reaches into a list or dict: an index or a key.
Var* place(Builder& b, const Type& whole, const std::string& name) {
  if (whole.is(TypeKind::Dict) && whole.children[0]->is(TypeKind::String)) return b.constant(name);
  const auto n = number(name);
  if (!whole.is(TypeKind::List) || !n) no_part(whole, name);
  return b.constant(int64_t(*n));
}

Var* step(Builder& b, Var* whole, const std::string& name) {
  const Type& t = *whole->type();
  if (t.is(TypeKind::Tuple)) return unpack(b, whole)[tuple_index(t, name)];
  return op(b, "aten::__getitem__", {whole, place(b, t, name)});
}

}  // namespace

Var* insert_function(Builder& b, const std::string& text, const std::vector<Var*>& args) {
  const auto texts = std::make_shared<ProgramTexts>();
  texts->add("edit", text);
  Unit unit(texts);
  const auto& graph = unit.compile(*unit.find_function("__torch__.f"));
  ir::VarMap vars;
  for (size_t i = 0; i < args.size(); ++i) vars[graph->inputs()[i].get()] = args[i];
  return b.copy_nodes(graph->body(), vars)[0];
}

Var* part_of(Builder& b, Var* whole, std::span<const std::string> path) {
  for (const std::string& name : path) whole = step(b, whole, name);
  return whole;
}

Var* replace_part(Builder& b, Var* whole, std::span<const std::string> path,
                  const std::function<Var*(Var*)>& change) {
  if (path.empty()) return change(whole);
  const TypePtr type = whole->type();
  if (type->is(TypeKind::Tuple)) {
    std::vector<Var*> parts = unpack(b, whole);
    Var*& part = parts[tuple_index(*type, path[0])];
    part = replace_part(b, part, path.subspan(1), change);
    ir::Node* n = b.node("prim::TupleConstruct", parts);
    return n->add_output(type);
  }
  Var* at = place(b, *type, path[0]);
  Var* part = replace_part(b, op(b, "aten::__getitem__", {whole, at}), path.subspan(1), change);
  Var* copy = op(b, "aten::copy", {whole});
  op(b, "aten::_set_item", {copy, at, part});
  return copy;
}

Var* tuple_of(Builder& b, std::span<Var* const> items) {
  std::vector<TypePtr> types = ir::types_of(items);
  ir::Node* n = b.node("prim::TupleConstruct", {items.begin(), items.end()});
  return n->add_output(Type::tuple(std::move(types)));
}

Var* container_like(Builder& b, const Type& type, std::span<const std::string> names,
                    std::span<Var* const> items) {
  if (!type.is(TypeKind::List) && !type.is(TypeKind::Dict)) return tuple_of(b, items);
  std::vector<Var*> inputs;
  for (size_t i = 0; i < items.size(); ++i) {
    if (type.is(TypeKind::Dict)) inputs.push_back(b.constant(names[i]));
    inputs.push_back(items[i]);
  }
  ir::Node* n =
      b.node(type.is(TypeKind::Dict) ? "prim::DictConstruct" : "prim::ListConstruct", inputs);
  return n->add_output(Type::make(type));
}

}  // namespace tealight::script

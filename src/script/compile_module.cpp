// Modules that a program calls or goes through: hooks around forward, the children of Sequential,
// ModuleList and ModuleDict.
#include <algorithm>

#include "script/function_compiler.h"

namespace tealight::script {

ir::Var* FunctionCompiler::get_attribute(ir::Var* object, const Class& c, const std::string& name) {
  ir::Node* n = builder().node("prim::GetAttr", {object});
  n->set_attribute("name", Value(name));
  return n->add_output(c.attribute_types[size_t(c.find_attribute(name))], "");
}

// A hook that gives nothing leaves things as they are.
ir::Var* FunctionCompiler::call_hook(const Expr& e, ir::Var* module, const std::string& name,
                                     std::vector<ir::Var*> arguments) {
  std::vector<Given> given;
  for (ir::Var* v : arguments) given.push_back({v, "", e.span});
  ir::Var* result = call_method_on(e.span, module, name, std::move(given), e)[0];
  return result->type()->is(TypeKind::None) ? nullptr : result;
}

std::vector<ir::Var*> FunctionCompiler::call_module(const Expr& e, ir::Var* v,
                                                    std::vector<Given> given) {
  Class* c = unit_.class_of(*v->type());
  const bool hooked = c && (!c->forward_hooks.empty() || !c->forward_pre_hooks.empty());
  if (!hooked) {
    // Calling a module is calling its forward.
    for (const char* method : {"forward", "__call__"})
      if (unit_.find_method(*v->type(), method))
        return call_method_on(e.span, v, method, std::move(given), e);
    fail_here(e, str("a ", v->type()->annotation(), " cannot be called"));
  }
  const auto tuple_of = [&] {
    std::vector<ir::Var*> all;
    for (const Given& g : given) all.push_back(g.var);
    return make_tuple(all);
  };
  for (const std::string& hook : c->forward_pre_hooks) {
    ir::Var* changed = call_hook(e, v, hook, {tuple_of()});
    if (!changed) continue;
    given.clear();
    if (changed->type()->is(TypeKind::Tuple))
      for (ir::Var* item : unpacked(changed)) given.push_back({item, "", e.span});
    else
      given.push_back({changed, "", e.span});
  }
  ir::Var* input = c->forward_hooks.empty() ? nullptr : tuple_of();
  ir::Var* output = call_method_on(e.span, v, "forward", given, e)[0];
  for (const std::string& hook : c->forward_hooks)
    if (ir::Var* changed = call_hook(e, v, hook, {input, output})) output = changed;
  return {output};
}

std::vector<ir::Var*> FunctionCompiler::children(ir::Var* container, const Class& c) {
  std::vector<ir::Var*> out;
  for (const std::string& name : c.items) out.push_back(get_attribute(container, c, name));
  return out;
}

// Of a ModuleDict; null: no such method.
ir::Var* FunctionCompiler::container_method(const Expr&, ir::Var* v, const Class& c,
                                            const std::string& name) {
  const auto keys = [&] {
    std::vector<ir::Var*> out;
    for (const std::string& key : c.items) out.push_back(constant(Value(key)));
    return out;
  };
  if (c.container == Class::Container::list)
    return name == "__len__" ? number(int64_t(c.items.size())) : nullptr;
  if (name == "keys") return make_tuple(keys());
  if (name == "values") return make_tuple(children(v, c));
  if (name != "items") return nullptr;
  const std::vector<ir::Var*> names = keys(), modules = children(v, c);
  std::vector<ir::Var*> pairs;
  for (size_t i = 0; i < names.size(); ++i) pairs.push_back(make_tuple({names[i], modules[i]}));
  return make_tuple(std::move(pairs));
}

ir::Var* FunctionCompiler::container_contains(const Expr& e, const Class& c, ir::Var* key) {
  const Value* name = ir::constant_value(key);
  if (!name || !name->isString())
    fail_here(e, "the key of a ModuleDict must be a string that is written out");
  return constant(
      Value(std::find(c.items.begin(), c.items.end(), name->toStringRef()) != c.items.end()));
}

// self.layers[2], self.layers[1:], self.layers["name"]: which one is known when it is compiled.
ir::Var* FunctionCompiler::container_item(const Expr& e, ir::Var* v, const Class& c) {
  const Expr& index = e.part(1);
  if (index.is(ExprKind::slice)) return tuple_slice(e, make_tuple(children(v, c)), index);
  if (c.container == Class::Container::list) {
    const std::optional<int64_t> i = literal_int(index);
    const auto n = int64_t(c.items.size());
    if (!i)
      fail_here(index, "the index of a ModuleList must be a number that is written out",
                "loop over it: for layer in self.layers");
    if (*i >= n || *i < -n) fail_here(index, str("index ", *i, " of a ModuleList of ", n));
    return get_attribute(v, c, c.items[size_t(*i < 0 ? *i + n : *i)]);
  }
  const Value* key = ir::constant_value(value(index));
  if (!key || !key->isString())
    fail_here(index, "the key of a ModuleDict must be a string that is written out",
              "loop over it: for name, layer in self.layers.items()");
  if (std::find(c.items.begin(), c.items.end(), key->toStringRef()) == c.items.end())
    fail_here(index, str("the ModuleDict has no '", key->toStringRef(), "'"));
  return get_attribute(v, c, key->toStringRef());
}

}  // namespace tealight::script

// What nn.Module offers while modules are built.
#include <algorithm>

#include "python/evaluator.h"

namespace tealight::python {

using Role = Instance::Role;

void Evaluator::set_module_attribute(Instance& i, const std::string& name, Py v) {
  const Instance* child = v.as<Instance>();
  const bool is_module = child && child->cls->kind == ClassObject::Kind::module;
  if (Instance::Attribute* a = i.find(name)) {
    if (a->role == Role::plain || v.parameter || is_module)
      a->role = v.parameter ? Role::parameter : is_module ? Role::module : Role::plain;
    // None or a tensor in the place of a parameter or buffer keeps its place.
    else if (a->role == Role::parameter && !v.is_none())
      fail_here(str("'", name, "' is a parameter: a ", kind_of(v), " cannot take its place"),
                "wrap it: nn.Parameter(tensor)");
    a->value = std::move(v);
    return;
  }
  const Role role = v.parameter ? Role::parameter : is_module ? Role::module : Role::plain;
  i.attributes.push_back({name, std::move(v), role});
}

Py Evaluator::children_dict(Instance& i, Role role) {
  Dict* d = make<Dict>();
  for (const auto& a : i.attributes)
    if (a.role == role) d->entries.emplace_back(Value(a.name), a.value);
  return d;
}

// Depth first, each once, the module itself first.
void Evaluator::each_module(Instance& root, const std::string& prefix,
                            const std::function<void(const std::string&, Instance&)>& visit) {
  std::vector<const Instance*> seen;
  const std::function<void(const std::string&, Instance&)> go = [&](const std::string& name,
                                                                    Instance& i) {
    if (std::find(seen.begin(), seen.end(), &i) != seen.end()) return;
    seen.push_back(&i);
    visit(name, i);
    for (const auto& a : i.attributes)
      if (Instance* child = a.role == Role::module ? a.value.as<Instance>() : nullptr)
        go(name.empty() ? a.name : name + "." + a.name, *child);
  };
  go(prefix, root);
}

std::optional<Py> Evaluator::module_method(Instance& i, const std::string& name, Args& args) {
  const auto get = [&](size_t n, std::string_view keyword) {
    if (n < args.positional.size()) return args.positional[n];
    for (const auto& [k, v] : args.named)
      if (k == keyword) return v;
    return Py();
  };
  const auto put = [&](const std::string& attribute, Py v, Role role) {
    Instance::Attribute* a = i.find(attribute);
    if (!a) a = &i.attributes.emplace_back(Instance::Attribute{attribute, {}, role});
    a->role = role;
    a->value = std::move(v);
    return a;
  };
  if (name == "register_buffer") {
    Instance::Attribute* a = put(text(get(0, "name")), get(1, "tensor"), Role::buffer);
    const Py persistent = get(2, "persistent");
    a->persistent = persistent.is_none() || truth(persistent);
    return Py();
  }
  if (name == "register_parameter" || name == "add_module" || name == "register_module") {
    const bool module = name != "register_parameter";
    put(text(get(0, "name")), get(1, module ? "module" : "param"),
        module ? Role::module : Role::parameter);
    return Py();
  }
  if (name == "register_forward_hook" || name == "register_forward_pre_hook") {
    (name.ends_with("pre_hook") ? i.forward_pre_hooks : i.forward_hooks).push_back(get(0, "hook"));
    return Py();
  }
  if (name == "train" || name == "eval") {
    const Py mode = get(0, "mode");
    const bool on = name == "train" && (mode.is_none() || truth(mode));
    each_module(i, "", [&](const std::string&, Instance& m) {
      set_module_attribute(m, "training", Value(on));
    });
    return Py(&i);
  }
  for (const char* same : {"to", "cpu", "cuda", "float", "share_memory", "__setattr__"})
    if (name == same) return Py(&i);
  if (name == "apply") {
    std::vector<Instance*> all;  // children before their parents
    const std::function<void(Instance&)> go = [&](Instance& m) {
      for (const auto& a : m.attributes)
        if (Instance* c = a.role == Role::module ? a.value.as<Instance>() : nullptr) go(*c);
      all.push_back(&m);
    };
    go(i);
    for (Instance* m : all) call(get(0, "fn"), {{Py(m)}, {}});
    return Py(&i);
  }
  std::vector<Py> out;
  const bool named = name.starts_with("named_");
  const std::string what = named ? name.substr(6) : name;
  const auto add = [&](const std::string& full, const Py& v) {
    out.push_back(named ? list({Value(full), v}, true) : v);
  };
  if (what == "modules" || what == "parameters" || what == "buffers") {
    const Role role = what == "parameters" ? Role::parameter : Role::buffer;
    each_module(i, "", [&](const std::string& full, Instance& m) {
      if (what == "modules") return add(full, Py(&m));
      for (const auto& a : m.attributes)
        if (a.role == role && !a.value.is_none())
          add(full.empty() ? a.name : full + "." + a.name, a.value);
    });
    return list(std::move(out));
  }
  if (what == "children") {
    for (const auto& a : i.attributes)
      if (a.role == Role::module && a.value.object) add(a.name, a.value);
    return list(std::move(out));
  }
  if (name == "requires_grad_") {
    const Py on = get(0, "requires_grad");
    Args none;
    for (const Py& p : iterate(*module_method(i, "parameters", none)))
      p.value.toTensor().requires_grad_(on.is_none() || truth(on));
    return Py(&i);
  }
  if (name == "get_submodule") {
    Py m(&i);
    std::string path = text(get(0, "target"));
    while (!path.empty()) {
      const size_t dot = std::min(path.find('.'), path.size());
      m = attribute(m, path.substr(0, dot));
      path.erase(0, dot + 1);
    }
    return m;
  }
  if (name == "load_state_dict")
    fail_here("weights are not read while modules are built", "give the file as --weights");
  return std::nullopt;
}

}  // namespace tealight::python

// Python's own functions and the methods of its types.
#include <algorithm>
#include <cmath>

#include "python/evaluator.h"

namespace tealight::python {
namespace {

Py argument(const Args& args, size_t i, std::string_view name, Py otherwise = {}) {
  if (i < args.positional.size()) return args.positional[i];
  for (const auto& [n, v] : args.named)
    if (n == name) return v;
  return otherwise;
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

Py Evaluator::call_path(const std::string& path, Args args) {
  const std::string name = last_name(path);
  if (path.starts_with("builtins.")) {
    if (std::optional<Py> v = call_builtin(name, args)) return *v;
    fail_here(str("unknown name '", name, "'"),
              "define it in this file, or import it from a file beside this one");
  }
  if (path == "functools.partial" && !args.positional.empty()) {
    Partial* p = make<Partial>();
    p->callee = args.positional[0];
    p->args = std::move(args);
    p->args.positional.erase(p->args.positional.begin());
    return p;
  }
  if (path == "collections.OrderedDict") return *call_builtin("dict", args);
  if (path == "copy.deepcopy" || path == "copy.copy") {
    std::map<const Object*, Object*> copies;
    return deepcopy(argument(args, 0, "x"), copies);
  }
  if (path == "typing.cast") return argument(args, 1, "val");
  if (path == "torch.jit.annotate") return argument(args, 1, "the_value");
  if (path == "torch.jit.Attribute") return argument(args, 0, "value");
  if (path == "torch.jit.script") return argument(args, 0, "obj");
  if (path == "dataclasses.field") {
    const Py factory = argument(args, SIZE_MAX, "default_factory");
    return factory.is_none() ? argument(args, SIZE_MAX, "default") : call(factory, {});
  }
  if (path.starts_with("warnings.") || path.starts_with("logging.") ||
      path.ends_with("_log_api_usage_once"))
    return Py();
  if (path.starts_with("math.")) return call_math(name, args);
  if (path.starts_with("torch.")) return call_torch(path, std::move(args));
  fail_here(str("'", path, "' is not known here"),
            "constructors may use torch, math, Python's own functions, and files beside this one");
}

std::optional<Py> Evaluator::call_builtin(const std::string& name, Args& args) {
  if (std::optional<Py> v = call_collection(name, args)) return v;
  if (std::optional<Py> v = call_number(name, args)) return v;
  const auto& given = args.positional;
  if (name == "isinstance" && given.size() == 2) return Value(is_instance(given[0], given[1]));
  if (name == "issubclass" && given.size() == 2) {
    const ClassObject *a = given[0].as<ClassObject>(), *b = given[1].as<ClassObject>();
    return Value(a && b && a->is(b));
  }
  if (name == "hasattr" && given.size() == 2) {
    const std::optional<Py> v = find_attribute(given[0], text(given[1]));
    const Bound* b = v ? v->as<Bound>() : nullptr;
    return Value(v.has_value() && (!b || b->function));  // whether Python's own has it is not known
  }
  if (name == "getattr" && given.size() >= 2) {
    if (given.size() == 2) return attribute(given[0], text(given[1]));
    const std::optional<Py> v = find_attribute(given[0], text(given[1]));
    return v ? *v : given[2];
  }
  if (name == "setattr" && given.size() == 3) {
    set_attribute(given[0], text(given[1]), given[2]);
    return Py();
  }
  if (name == "type" && given.size() == 1) {
    if (const Instance* i = given[0].as<Instance>()) return Py(i->cls);
    Path* p = make<Path>();
    p->path = "builtins." + kind_of(given[0]);
    return p;
  }
  if (name == "callable" && given.size() == 1)
    return Value(given[0].as<FunctionObject>() || given[0].as<Bound>() ||
                 given[0].as<ClassObject>() || given[0].as<Path>() || given[0].as<Partial>() ||
                 given[0].as<Instance>());
  if ((name == "str" || name == "repr" || name == "format") && given.size() <= 1)
    return Value(given.empty() ? "" : text(given[0]));
  if (name == "print" || name == "object" || name == "super") return Py();
  if (name == "id" || name == "hash")
    return Value(int64_t(reinterpret_cast<intptr_t>(given.at(0).object)));
  return std::nullopt;
}

std::optional<Py> Evaluator::call_collection(const std::string& name, Args& args) {
  auto& given = args.positional;
  if (name == "len" && given.size() == 1) {
    if (Instance* i = given[0].as<Instance>())
      if (FunctionObject* f = find_function(*i->cls, "__len__"))
        return call_function(*f, {}, &given[0]);
    return Value(int64_t(iterate(given[0]).size()));
  }
  if (name == "list" || name == "tuple" || name == "set" || name == "frozenset") {
    std::vector<Py> items = given.empty() ? std::vector<Py>() : iterate(given[0]);
    if (name.ends_with("set")) {
      std::vector<Py> once;
      for (const Py& i : items)
        if (std::none_of(once.begin(), once.end(), [&](const Py& o) { return equal(o, i); }))
          once.push_back(i);
      items = std::move(once);
    }
    return list(std::move(items), name == "tuple");
  }
  if (name == "dict") {
    Dict* d = make<Dict>();
    if (const Dict* of = given.empty() ? nullptr : given[0].as<Dict>()) {
      d->entries = of->entries;
    } else if (!given.empty()) {
      for (const Py& pair : iterate(given[0])) {
        const std::vector<Py> kv = iterate(pair);
        if (kv.size() != 2) fail_here("dict() takes pairs");
        d->entries.emplace_back(kv[0], kv[1]);
      }
    }
    for (auto& [key, v] : args.named) d->entries.emplace_back(Value(key), v);
    return d;
  }
  if (name == "range") {
    std::vector<int64_t> b;
    for (const Py& g : given) {
      if (g.object || !g.value.isInt()) fail_here(str("range() of a ", kind_of(g)));
      b.push_back(g.value.toInt());
    }
    if (b.empty() || b.size() > 3) fail_here("range() takes one to three ints");
    const int64_t begin = b.size() > 1 ? b[0] : 0, end = b.size() > 1 ? b[1] : b[0],
                  by = b.size() > 2 ? b[2] : 1;
    if (by == 0) fail_here("range() with step 0");
    std::vector<Py> items;
    for (int64_t i = begin; by > 0 ? i < end : i > end; i += by) {
      step();
      items.push_back(Value(i));
    }
    return list(std::move(items));
  }
  std::vector<Py> out;
  if (name == "enumerate" && !given.empty()) {
    int64_t n = argument(args, 1, "start", Value(0)).value.toInt();
    for (const Py& i : iterate(given[0])) out.push_back(list({Value(n++), i}, true));
    return list(std::move(out));
  }
  if (name == "zip") {
    std::vector<std::vector<Py>> all;
    for (const Py& g : given) all.push_back(iterate(g));
    for (size_t i = 0; !all.empty(); ++i) {
      std::vector<Py> row;
      for (const auto& a : all)
        if (i < a.size()) row.push_back(a[i]);
      if (row.size() < all.size()) break;
      out.push_back(list(std::move(row), true));
    }
    return list(std::move(out));
  }
  if (name == "reversed" && given.size() == 1) {
    out = iterate(given[0]);
    std::reverse(out.begin(), out.end());
    return list(std::move(out));
  }
  if (name == "sorted" && !given.empty()) {
    out = iterate(given[0]);
    const Py key = argument(args, 1, "key");
    const auto less = [&](const Py& a, const Py& b) {
      return key.is_none() ? truth(binary("<", a, b))
                           : truth(binary("<", call(key, {{a}, {}}), call(key, {{b}, {}})));
    };
    std::stable_sort(out.begin(), out.end(), less);
    if (truth(argument(args, 2, "reverse"))) std::reverse(out.begin(), out.end());
    return list(std::move(out));
  }
  if ((name == "map" || name == "filter") && given.size() == 2) {
    for (const Py& i : iterate(given[1])) {
      const Py v = call(given[0], {{i}, {}});
      if (name == "map")
        out.push_back(v);
      else if (truth(v))
        out.push_back(i);
    }
    return list(std::move(out));
  }
  if (name == "any" || name == "all") {
    out = iterate(argument(args, 0, "iterable"));
    const auto is_true = [&](const Py& v) { return truth(v); };
    return Value(name == "any" ? std::any_of(out.begin(), out.end(), is_true)
                               : std::all_of(out.begin(), out.end(), is_true));
  }
  return std::nullopt;
}

std::optional<Py> Evaluator::call_number(const std::string& name, Args& args) {
  const auto& given = args.positional;
  if (name == "min" || name == "max") {
    std::vector<Py> all = given.size() == 1 ? iterate(given[0]) : given;
    if (all.empty()) fail_here(str(name, "() of nothing"));
    Py best = all[0];
    for (const Py& v : all)
      if (truth(binary(name == "min" ? "<" : ">", v, best))) best = v;
    return best;
  }
  if (name == "sum" && !given.empty()) {
    Py total = argument(args, 1, "start", Value(0));
    for (const Py& v : iterate(given[0])) total = binary("+", total, v);
    return total;
  }
  if (name == "pow" && given.size() == 2) return binary("**", given[0], given[1]);
  if (name == "divmod" && given.size() == 2)
    return list({binary("//", given[0], given[1]), binary("%", given[0], given[1])}, true);
  if (name == "bool") return Value(!given.empty() && truth(given[0]));
  if (name == "int" || name == "float") {
    if (given.empty()) return name == "int" ? Value(0) : Value(0.0);
    if (given[0].object) fail_here(str(name, "() of a ", kind_of(given[0])));
    const Value& v = given[0].value;
    if (v.isBool()) return name == "int" ? Value(int64_t(v.toBool())) : Value(double(v.toBool()));
    const Value some[] = {v};
    return call_operator(name == "int" ? "aten::Int" : "aten::Float", some);
  }
  if (name == "abs" && given.size() == 1 && !given[0].object) {
    const Value some[] = {given[0].value};
    return call_operator(given[0].value.isTensor() ? "aten::abs" : "prim::abs", some);
  }
  if (name == "round" && !given.empty()) {
    const double x = given[0].value.toScalar().toDouble();
    if (given.size() == 1 || given[1].is_none()) return Value(int64_t(std::nearbyint(x)));
    const double scale = std::pow(10.0, double(given[1].value.toInt()));
    return Value(std::nearbyint(x * scale) / scale);
  }
  return std::nullopt;
}

// floor and ceil give ints, as Python's.
Py Evaluator::call_math(const std::string& name, Args& args) {
  std::vector<Value> values;
  for (const Py& a : args.positional) {
    if (a.as<List>() && name == "prod") {
      Py product = Value(1);
      for (const Py& v : iterate(a)) product = binary("*", product, v);
      return product;
    }
    if (a.object || !a.value.isScalar()) fail_here(str("math.", name, "() of a ", kind_of(a)));
    values.push_back(a.value);
  }
  if (name == "sqrt" && values.size() == 1)
    return Value(std::sqrt(values[0].toScalar().toDouble()));
  if (name == "log" && values.size() == 2)
    return Value(std::log(values[0].toScalar().toDouble()) /
                 std::log(values[1].toScalar().toDouble()));
  if (name == "log2" && values.size() == 1)
    return Value(std::log2(values[0].toScalar().toDouble()));
  return from_value(call_operator("aten::" + name, values));
}

// ---- methods

Py Evaluator::call_method(const Py& self, const std::string& name, Args args) {
  std::optional<Py> v;
  if (name == "__init__" || name == "__init_subclass__") return Py();  // of object
  if (List* l = self.as<List>()) v = list_method(*l, name, args);
  if (Dict* d = self.as<Dict>()) v = dict_method(*d, name, args);
  if (Instance* i = self.as<Instance>()) v = module_method(*i, name, args);
  if (!self.object && self.value.isString())
    v = string_method(self.value.toStringRef(), name, args);
  if (!self.object && self.value.isTensor()) return tensor_method(self, name, std::move(args));
  if (!v) fail_here(str("a ", kind_of(self), " has no method '", name, "'"));
  return *v;
}

std::optional<Py> Evaluator::list_method(List& l, const std::string& name, Args& args) {
  const auto& given = args.positional;
  if (name == "index" || name == "count") {
    int64_t n = 0;
    for (size_t i = 0; i < l.items.size(); ++i) {
      if (!equal(l.items[i], given.at(0))) continue;
      if (name == "index") return Value(int64_t(i));
      ++n;
    }
    if (name == "count") return Value(n);
    fail_here(str(text(given.at(0)), " is not in the list"));
  }
  if (name == "copy") return list(l.items);
  if (l.tuple) return std::nullopt;
  if (name == "append" && given.size() == 1) {
    l.items.push_back(given[0]);
    return Py();
  }
  if (name == "extend" && given.size() == 1) {
    for (const Py& i : iterate(given[0])) l.items.push_back(i);
    return Py();
  }
  if (name == "insert" && given.size() == 2) {
    const auto n = int64_t(l.items.size());
    const int64_t at = given[0].value.toInt();
    l.items.insert(l.items.begin() + std::clamp<int64_t>(at < 0 ? at + n : at, 0, n), given[1]);
    return Py();
  }
  if (name == "pop") {
    const auto at = index_of(given.empty() ? Py(Value(-1)) : given[0], l.items.size());
    Py v = l.items[size_t(at)];
    l.items.erase(l.items.begin() + at);
    return v;
  }
  if (name == "reverse") {
    std::reverse(l.items.begin(), l.items.end());
    return Py();
  }
  if (name == "sort") {
    Args all{{Py(&l)}, args.named};
    l.items = call_builtin("sorted", all)->as<List>()->items;
    return Py();
  }
  if (name == "clear") {
    l.items.clear();
    return Py();
  }
  return std::nullopt;
}

std::optional<Py> Evaluator::dict_method(Dict& d, const std::string& name, Args& args) {
  const auto& given = args.positional;
  if (name == "keys" || name == "values" || name == "items") {
    std::vector<Py> out;
    for (const auto& [key, v] : d.entries)
      out.push_back(name == "keys" ? key : name == "values" ? v : list({key, v}, true));
    return list(std::move(out));
  }
  if (name == "copy") {
    Dict* copy = make<Dict>();
    copy->entries = d.entries;
    return copy;
  }
  if (name == "update") {
    Args of{given, args.named};
    for (const auto& [key, v] : call_builtin("dict", of)->as<Dict>()->entries) {
      const auto at = std::find_if(d.entries.begin(), d.entries.end(),
                                   [&, &k = key](const auto& e) { return equal(e.first, k); });
      if (at != d.entries.end())
        at->second = v;
      else
        d.entries.emplace_back(key, v);
    }
    return Py();
  }
  if (name != "get" && name != "pop" && name != "setdefault") return std::nullopt;
  for (size_t i = 0; i < d.entries.size(); ++i) {
    if (!equal(d.entries[i].first, given.at(0))) continue;
    Py v = d.entries[i].second;
    if (name == "pop") d.entries.erase(d.entries.begin() + int64_t(i));
    return v;
  }
  Py otherwise = given.size() > 1 ? given[1] : Py();
  if (name == "pop" && given.size() < 2) fail_here(str("the dict has no key ", text(given.at(0))));
  if (name == "setdefault") d.entries.emplace_back(given.at(0), otherwise);
  return otherwise;
}

std::optional<Py> Evaluator::string_method(const std::string& s, const std::string& name,
                                           Args& args) {
  if (name == "join") {
    std::string out;
    for (const Py& i : iterate(args.positional.at(0))) out += (out.empty() ? "" : s) + text(i);
    return Value(out);
  }
  std::vector<Value> values{Value(s)};
  for (const Py& a : args.positional) values.push_back(a.object ? Value(text(a)) : a.value);
  return from_value(call_operator("aten::" + name, values));
}

Py Evaluator::deepcopy(const Py& v, std::map<const Object*, Object*>& copies) {
  if (!v.object) {
    Py copy = v;
    copy.value = v.value.deepcopy();
    return copy;
  }
  if (const auto at = copies.find(v.object); at != copies.end()) return at->second;
  if (const List* l = v.as<List>()) {
    List* made = make<List>();
    copies[l] = made;
    made->tuple = l->tuple;
    made->fields = l->fields;
    made->class_name = l->class_name;
    for (const Py& i : l->items) made->items.push_back(deepcopy(i, copies));
    return made;
  }
  if (const Dict* d = v.as<Dict>()) {
    Dict* made = make<Dict>();
    copies[d] = made;
    for (const auto& [key, i] : d->entries)
      made->entries.emplace_back(deepcopy(key, copies), deepcopy(i, copies));
    return made;
  }
  if (const Instance* i = v.as<Instance>()) {
    Instance* made = make<Instance>();
    copies[i] = made;
    *made = *i;
    for (auto& a : made->attributes) a.value = deepcopy(a.value, copies);
    return made;
  }
  return v;
}

}  // namespace tealight::python

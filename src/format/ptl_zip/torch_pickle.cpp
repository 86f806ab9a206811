#include "format/ptl_zip/torch_pickle.h"

#include "format/custom_object.h"
#include "format/file_error.h"

namespace tealight {
namespace {

constexpr const char* kGlobal = "<global>";  // no class in a file can have this name

const std::vector<Value>& arguments(const Value& args, size_t least) {
  if (!args.isTuple()) corrupt(str("arguments must be a tuple, got a ", args.tagKind()));
  const auto& items = args.toTupleRef().items;
  if (items.size() < least)
    corrupt(str("a call with ", items.size(), " arguments, which takes ", least));
  return items;
}

// ---- typed containers

Value typed_list(const Value& list, TypeKind element) {
  list.toListRef().element = Type::get(element);
  return list;
}

Value with_type(TorchPickleHost& host, const Value& container, const Value& text) {
  const TypePtr type = host.context().types->parse(text.toStringRef());
  if (container.isList() && type->is(TypeKind::List))
    container.toListRef().element = type->element();
  if (container.isGenericDict() && type->is(TypeKind::Dict)) {
    container.toDictRef().key = type->children[0];
    container.toDictRef().value = type->children[1];
  }
  if (container.isTuple() && type->is(TypeKind::Tuple) &&
      type->children.size() == container.toTupleRef().items.size()) {
    container.toTupleRef().named = type->name.empty() ? nullptr : type;
  }
  return container;
}

Value ordered_dict(const Value& args) {
  Value dict(make_intrusive<DictImpl>());
  if (!args.isTuple() || args.toTupleRef().items.empty()) return dict;
  for (const Value& pair : args.toTupleRef().items[0].toListRef().items) {
    const std::vector<Value>& kv =
        pair.isTuple() ? pair.toTupleRef().items : pair.toListRef().items;
    if (kv.size() != 2) corrupt("OrderedDict: an item that is not a pair");
    dict.toDictRef().insert_or_assign(kv[0], kv[1]);
  }
  return dict;
}

Value table_tensor(TorchPickleHost& host, const Value& id) {
  const int64_t i = id.toInt();
  const auto& table = host.context().tensor_table;
  if (i < 0 || size_t(i) >= table.size())
    corrupt(str("tensor number ", i, " of a table of ", table.size()));
  return table[size_t(i)];
}

using CallFn = Value (*)(TorchPickleHost&, const std::vector<Value>&);
struct NamedCall {
  std::string_view name;
  size_t least_arguments;
  CallFn call;
};
using Args = const std::vector<Value>&;
constexpr NamedCall kCalls[] = {
    {"torch.jit._pickle.build_intlist", 1,
     [](TorchPickleHost&, Args a) { return typed_list(a[0], TypeKind::Int); }},
    {"torch.jit._pickle.build_doublelist", 1,
     [](TorchPickleHost&, Args a) { return typed_list(a[0], TypeKind::Float); }},
    {"torch.jit._pickle.build_boollist", 1,
     [](TorchPickleHost&, Args a) { return typed_list(a[0], TypeKind::Bool); }},
    {"torch.jit._pickle.build_tensorlist", 1,
     [](TorchPickleHost&, Args a) { return typed_list(a[0], TypeKind::Tensor); }},
    {"torch.jit._pickle.restore_type_tag", 2,
     [](TorchPickleHost& h, Args a) { return with_type(h, a[0], a[1]); }},
    {"torch.jit._pickle.build_tensor_from_id", 1,
     [](TorchPickleHost& h, Args a) { return table_tensor(h, a[0]); }},
    {"builtins.complex", 2,
     [](TorchPickleHost&, Args a) {
       return Value(std::complex<double>(a[0].toScalar().toDouble(), a[1].toScalar().toDouble()));
     }},
    {"__builtin__.complex", 2,
     [](TorchPickleHost&, Args a) {
       return Value(std::complex<double>(a[0].toScalar().toDouble(), a[1].toScalar().toDouble()));
     }},
    {"torch.device", 1,
     [](TorchPickleHost&, Args a) {
       return Value(
           Device(a[0].toStringRef() + (a.size() > 1 ? ":" + std::to_string(a[1].toInt()) : "")));
     }},
    {"torch.Size", 1, [](TorchPickleHost&, Args a) { return a[0]; }},
    {"collections.OrderedDict", 0, nullptr},
    {"torch._tensor._rebuild_from_type_v2", 3,
     [](TorchPickleHost& h, Args a) { return h.reduce(a[0], a[2]); }},
};

const NamedCall* find_call(std::string_view name) {
  for (const NamedCall& c : kCalls)
    if (c.name == name) return &c;
  return nullptr;
}

// ---- names

ScalarType storage_dtype(std::string_view name) {
  for (std::string_view prefix : {"torch.cuda.", "torch.storage.", "torch."}) {
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    break;
  }
  constexpr std::string_view kSuffix = "Storage";
  if (!name.ends_with(kSuffix)) return ScalarType::Undefined;
  name.remove_suffix(kSuffix.size());
  if (name == "Untyped" || name == "_Untyped") return kByte;
  for (int t = 0; t < int(ScalarType::Undefined); ++t)
    if (dtype_name(ScalarType(t)) == name) return ScalarType(t);
  return ScalarType::Undefined;
}

bool is_quantization_scheme(std::string_view name) {
  return name.starts_with("torch.per_tensor_") || name.starts_with("torch.per_channel_");
}

std::optional<Value> named_constant(const std::string& name) {
  constexpr std::string_view kTorch = "torch.";
  if (!name.starts_with(kTorch)) return std::nullopt;
  const std::string_view word = std::string_view(name).substr(kTorch.size());
  if (const ScalarType t = dtype_from_python(word); t != ScalarType::Undefined) return Value(t);
  if (word == "strided") return Value(Layout::Strided);
  if (word == "sparse_coo") return Value(Layout::Sparse);
  if (word == "sparse_csr") return Value(Layout::SparseCsr);
  if (word == "contiguous_format") return Value(MemoryFormat::Contiguous);
  if (word == "preserve_format") return Value(MemoryFormat::Preserve);
  if (word == "channels_last") return Value(MemoryFormat::ChannelsLast);
  if (word == "channels_last_3d") return Value(MemoryFormat::ChannelsLast3d);
  return std::nullopt;
}

// Classes of the model itself; NamedTuples and enums among them.
bool is_model_class(std::string_view name) {
  return name.starts_with("__torch__.") || name.starts_with("torch.jit.");
}

const std::string& expect_global(const Value& v, const char* what) {
  const std::string* name = global_name(v);
  if (!name) corrupt(str(what, ": expected a class or function, got a ", v.tagKind()));
  return *name;
}

std::vector<std::string> attribute_names(const DictImpl& dict) {
  std::vector<std::string> names;
  for (const auto& [key, value] : dict.entries()) names.push_back(key.toStringRef());
  return names;
}

}  // namespace

void restore_types(const Value& v, const Type& type) {
  switch (type.kind) {
    case TypeKind::Optional:
      return restore_types(v, *type.element());
    case TypeKind::List:
      if (!v.isList()) return;
      v.toListRef().element = type.element();
      for (const Value& item : v.toListRef().items) restore_types(item, *type.element());
      return;
    case TypeKind::Dict:
      if (!v.isGenericDict()) return;
      v.toDictRef().key = type.children[0];
      v.toDictRef().value = type.children[1];
      for (const auto& [key, item] : v.toDictRef().entries()) {
        restore_types(key, *type.children[0]);
        restore_types(item, *type.children[1]);
      }
      return;
    case TypeKind::Tuple: {
      if (!v.isTuple() || v.toTupleRef().items.size() != type.children.size()) return;
      if (!type.name.empty()) v.toTupleRef().named = std::make_shared<const Type>(type);
      for (size_t i = 0; i < type.children.size(); ++i)
        restore_types(v.toTupleRef().items[i], *type.children[i]);
      return;
    }
    default:
      return;
  }
}

Value make_global(const std::string& name) {
  return Value(make_intrusive<EnumImpl>(kGlobal, name, Value()));
}

const std::string* global_name(const Value& v) {
  if (!v.isEnum() || v.toEnumRef().class_name != kGlobal) return nullptr;
  return &v.toEnumRef().name;
}

Value TorchPickleHost::global(const std::string& name) {
  if (std::optional<Value> v = named_constant(name)) return *v;
  if (find_rebuild(name) || find_call(name) || is_model_class(name) ||
      is_quantization_scheme(name) || storage_dtype(name) != ScalarType::Undefined ||
      context_.any_class) {
    return make_global(name);
  }
  Error e(
      str("the pickle names '", name, "', which is not among the names that model files may use"),
      ErrorKind::corrupt_file);
  throw e.fix(
      "nothing of it was run. If the file is a checkpoint with Python objects, save a state dict "
      "or a TorchScript model instead");
}

Value TorchPickleHost::reduce(const Value& callee, const Value& args) {
  const std::string& name = expect_global(callee, "a call");
  try {
    if (const RebuildTensor rebuild = find_rebuild(name)) return rebuild(*this, arguments(args, 0));
    if (const NamedCall* c = find_call(name))
      return c->call ? c->call(*this, arguments(args, c->least_arguments)) : ordered_dict(args);
  } catch (const Error& e) {
    rethrow_as_corrupt(e, name);
  }
  if (is_model_class(name) && !is_custom_class_name(name)) {
    if (context_.enum_member) return context_.enum_member(name, args);
    return Value(make_intrusive<EnumImpl>(name, "", args));
  }
  if (!context_.any_class) corrupt(str("the pickle calls '", name, "', which is not a function"));
  return new_object(name);
}

Value TorchPickleHost::new_object(const std::string& class_name) {
  return Value(make_intrusive<ObjectImpl>(context_.types->find_class(class_name, {})));
}

Value TorchPickleHost::create(const Value& cls, const Value&) {
  const std::string& name = expect_global(cls, "a new object");
  if (name == "collections.OrderedDict") return Value(make_intrusive<DictImpl>());
  if (!is_model_class(name) && !context_.any_class)
    corrupt(str("the pickle makes an object of '", name, "', which is no class of a model"));
  return new_object(name);
}

// The attributes of a class that the program declares.
void TorchPickleHost::fill(ObjectImpl& o, const intrusive_ptr<ClassType>& cls,
                           const DictImpl& state) {
  o.cls = cls;
  o.slots.resize(cls->attributes.size());
  for (const auto& [key, value] : state.entries()) {
    const int64_t slot = cls->find_attribute(key.toStringRef());
    if (slot < 0)
      corrupt(str("an object of ", cls->name, " has an attribute '", key.toStringRef(),
                  "', which its class does not declare"));
    o.slots[size_t(slot)] = value;
    if (const TypePtr& type = cls->attribute_types[size_t(slot)])
      restore_types(o.slots[size_t(slot)], *type);
  }
}

// The object's class is known by its name until now; here it gets attributes and values.
void TorchPickleHost::build(const Value& object, const Value& state) {
  if (!object.isObject()) return;  // Python state of a tensor or dict
  ObjectImpl& o = object.toObjectRef();
  const std::string name = o.cls->name;
  if (!o.slots.empty()) corrupt(str("an object of ", name, " gets its state twice"));
  if (is_custom_class_name(name))
    return set_custom_state(o, state, *context_.types, context_.missing_classes);
  const intrusive_ptr<ClassType> declared =
      context_.declared_class ? context_.declared_class(name) : nullptr;
  if (const Function* f = context_.setstate ? context_.setstate(name) : nullptr) {
    if (declared) {
      o.cls = declared;
      o.slots.resize(declared->attributes.size());
    }
    if (!context_.pending)
      corrupt(str("an object of ", name, " with a __setstate__ of its own cannot be here"));
    context_.pending->push_back({object.toObject(), f, state});
    return;
  }
  if (declared && state.isGenericDict()) return fill(o, declared, state.toDictRef());
  if (state.isGenericDict()) {
    o.cls = context_.types->find_class(name, attribute_names(state.toDictRef()));
    for (const auto& [key, value] : state.toDictRef().entries()) o.slots.push_back(value);
    return;
  }
  if (!context_.any_class)
    corrupt(str("the state of an object of ", name, " is a ", state.tagKind(),
                ", and the file has no __setstate__ for it"));
  o.cls = context_.types->find_class(name, {"__state__"});
  o.slots.push_back(state);
}

// ('storage', torch.FloatStorage, key, location, numel): becomes a flat tensor.
Value TorchPickleHost::persistent(const Value& id) {
  const std::vector<Value>& a = arguments(id, 2);
  // ('module', class, file, text): the class of a module, with its source.
  if (a[0].toStringRef() == "module" && context_.any_class) return a[1];
  arguments(id, 5);
  if (a.size() > 5 && !a[5].isNone())  // by PyTorch before 0.4
    fail("a storage that is a part of another one", ErrorKind::unsupported);
  if (a[0].toStringRef() != "storage")
    corrupt(str("a persistent id of kind '", a[0].toStringRef(), "', not 'storage'"));
  const std::string& type = expect_global(a[1], "a storage");
  const ScalarType dtype = storage_dtype(type);
  if (dtype == ScalarType::Undefined) corrupt(str("a storage of type '", type, "'"));
  const int64_t numel = a[4].toInt();
  if (numel < 0) corrupt(str("a storage of ", numel, " elements"));
  if (!context_.storage) corrupt("a pickle with tensors where there can be none");
  return Tensor(context_.storage(a[2].toStringRef(), dtype, numel), Fact(dtype, {numel}), 0);
}

}  // namespace tealight

#include "format/ptl_flatbuffer/value_writer.h"

#include "format/custom_object.h"
#include "format/lite_state.h"

namespace tealight {
namespace {

using ptmf::Kind;
constexpr int kDeepest = 512;

const void* identity(const Value& v) {
  return v.isTensor() ? static_cast<const void*>(v.toTensor().unsafeGetTensorImpl()) : v.payload();
}

std::vector<int32_t> narrowed(IntArrayRef sizes) {
  std::vector<int32_t> out;
  for (int64_t n : sizes) {
    TL_CHECK(n == int32_t(n), "a tensor of shape ", sizes,
             " does not fit a flatbuffer; fix: write a zip");
    out.push_back(int32_t(n));
  }
  return out;
}

template <class T>
Tensor vector_tensor(ScalarType dtype, const std::vector<T>& values) {
  Tensor t(Fact(dtype, {int64_t(values.size())}));
  std::copy(values.begin(), values.end(), t.as<T>());
  return t;
}

}  // namespace

PtmfValues::PtmfValues(States states) : states_(std::move(states)) {
  places_.push_back(out_.table({}).at);  // number 0: None
}

size_t PtmfValues::begin(Kind kind) {
  const FlatBuilder::Table t =
      out_.table(FlatFields().number(ptmf::IValue::val_type, kind).offset(ptmf::IValue::val));
  places_.push_back(t.at);
  return t.fields[ptmf::IValue::val];
}

template <class T>
uint32_t PtmfValues::plain(Kind kind, const T& v) {
  const uint32_t number = next();
  out_.structure(begin(kind), v);
  return number;
}

uint32_t PtmfValues::add(const Value& v) {
  switch (v.tag()) {
    case ValueTag::None:
      return 0;
    case ValueTag::Int:
      return plain(Kind::Int, v.toInt());
    case ValueTag::Bool:
      return plain(Kind::Bool, uint8_t(v.toBool()));
    case ValueTag::Double:
      return plain(Kind::Double, v.toDouble());
    case ValueTag::ComplexDouble:
      return plain(Kind::ComplexDouble, v.toComplexDouble());
    case ValueTag::String:
      return text(v.toStringRef());
    case ValueTag::Tensor:
      if (!v.toTensor().defined()) return 0;
      break;
    default:
      break;
  }
  const void* id = v.isDevice() ? nullptr : identity(v);
  if (const auto at = seen_.find(id); id && at != seen_.end()) return at->second;
  TL_CHECK(++depth_ <= kDeepest, "a value that holds itself, or is nested deeper than ", kDeepest,
           ", cannot be written to a file");
  const uint32_t number = write(v);
  --depth_;
  if (id) {
    seen_.emplace(id, number);
    kept_.push_back(v);
  }
  return number;
}

uint32_t PtmfValues::write(const Value& v) {
  switch (v.tag()) {
    case ValueTag::Tensor:
      return tensor(v.toTensor());
    case ValueTag::List:
      return list(v.toListRef());
    case ValueTag::Tuple:
      return tuple(v.toTupleRef().items);
    case ValueTag::Dict:
      return dict(v.toDictRef());
    case ValueTag::Object:
      return object(v.toObject());
    case ValueTag::Enum:
      return enumerated(v.toEnumRef());
    case ValueTag::Device: {
      const uint32_t number = next();
      const auto t = out_.table(begin(Kind::Device), FlatFields().offset(ptmf::Device::str));
      out_.text(t.fields[ptmf::Device::str], v.toDevice().str());
      return number;
    }
    default:
      fail(str("a ", v.tagKind(), " cannot be written to a file"), ErrorKind::unsupported);
  }
}

std::vector<uint32_t> PtmfValues::all(const std::vector<Value>& values) {
  std::vector<uint32_t> out;
  out.reserve(values.size());
  for (const Value& v : values) out.push_back(add(v));
  return out;
}

uint32_t PtmfValues::text(const std::string& s) {
  const auto [at, fresh] = texts_.try_emplace(s, next());
  if (!fresh) return at->second;
  const auto t = out_.table(begin(Kind::String), FlatFields().offset(ptmf::String::data));
  out_.text(t.fields[ptmf::String::data], s);
  return at->second;
}

// ---- containers

uint32_t PtmfValues::list(const ListImpl& l) {
  const auto native = [&]<class T>(Kind kind, T (*convert)(const Value&)) {
    std::vector<T> items;
    for (const Value& v : l.items) items.push_back(convert(v));
    const uint32_t number = next();
    const auto t = out_.table(begin(kind), FlatFields().offset(ptmf::Items::items));
    out_.vector(t.fields[ptmf::Items::items], items);
    return number;
  };
  switch (l.element->kind) {
    case TypeKind::Int:
      return native(Kind::IntList, +[](const Value& v) { return v.toInt(); });
    case TypeKind::Float:
      return native(Kind::DoubleList, +[](const Value& v) { return v.toDouble(); });
    case TypeKind::Bool:
      return native(Kind::BoolList, +[](const Value& v) { return uint8_t(v.toBool()); });
    default:
      break;
  }
  const std::vector<uint32_t> items = all(l.items);
  const uint32_t number = next();
  const auto t = out_.table(
      begin(Kind::List), FlatFields().offset(ptmf::Items::items).offset(ptmf::Items::annotation));
  out_.vector(t.fields[ptmf::Items::items], items);
  out_.text(t.fields[ptmf::Items::annotation], "List[" + l.element->annotation() + "]");
  return number;
}

uint32_t PtmfValues::tuple(const std::vector<Value>& values) {
  const std::vector<uint32_t> items = all(values);
  const uint32_t number = next();
  const auto t = out_.table(begin(Kind::Tuple), FlatFields().offset(ptmf::Items::items));
  out_.vector(t.fields[ptmf::Items::items], items);
  return number;
}

uint32_t PtmfValues::dict(const DictImpl& d) {
  std::vector<uint32_t> keys, values;
  for (const auto& [key, value] : d.entries()) {
    keys.push_back(add(key));
    values.push_back(add(value));
  }
  const uint32_t number = next();
  const auto t = out_.table(begin(Kind::Dict), FlatFields()
                                                   .offset(ptmf::Dict::keys)
                                                   .offset(ptmf::Dict::values)
                                                   .offset(ptmf::Dict::annotation));
  out_.vector(t.fields[ptmf::Dict::keys], keys);
  out_.vector(t.fields[ptmf::Dict::values], values);
  out_.text(t.fields[ptmf::Dict::annotation],
            "Dict[" + d.key->annotation() + ", " + d.value->annotation() + "]");
  return number;
}

uint32_t PtmfValues::enumerated(const EnumImpl& e) {
  const uint32_t value = add(e.value), number = next();
  const auto t = out_.table(
      begin(Kind::EnumValue),
      FlatFields().offset(ptmf::EnumValue::type_name).number(ptmf::EnumValue::value, value));
  out_.text(t.fields[ptmf::EnumValue::type_name], e.class_name);
  return number;
}

uint32_t PtmfValues::object(const intrusive_ptr<ObjectImpl>& o) {
  using ptmf::ObjectKind;
  using O = ptmf::Object;
  const std::string& name = o->cls->name;
  FlatFields fields;
  std::vector<uint32_t> attributes;
  try {
    if (const std::optional<Value> state = custom_state(o)) {
      const uint32_t made = add(*state);
      fields.number(O::type_index, object_type({name, ObjectKind::CustomClass, {}}));
      fields.number(O::state, made);
    } else if (const std::optional<Value> own = states_(o)) {
      const auto setstate = setstates_.find(name);
      TL_CHECK(setstate != setstates_.end(), "it has a __getstate__, but no __setstate__");
      const uint32_t made = add(*own);
      fields.number(O::type_index, object_type({name, ObjectKind::ClassWithSetstate, {}}));
      fields.number(O::state, made).number(O::setstate_func, setstate->second);
    } else {
      attributes = all(o->slots);
      fields.number(O::type_index,
                    object_type({name, ObjectKind::ClassWithField, o->cls->attributes}));
    }
  } catch (Error& e) {
    e.at("an object of " + name);
    throw;
  }
  const uint32_t number = next();
  const auto t = out_.table(begin(Kind::Object), fields.offset(O::attrs));
  out_.vector(t.fields[O::attrs], attributes);
  return number;
}

uint32_t PtmfValues::object_type(ObjectType type) {
  const auto [at, fresh] = by_type_.try_emplace(type, uint32_t(object_types_.size()));
  if (fresh) object_types_.push_back(std::move(type));
  return at->second;
}

// ---- tensors

uint32_t PtmfValues::storage(const intrusive_ptr<Storage>& s) {
  TL_CHECK(s, "a tensor without data (of the device meta) cannot be written to a file");
  const auto [at, fresh] = by_storage_.try_emplace(s.get(), uint32_t(storages_.size()));
  if (fresh) storages_.push_back(s);
  return at->second;
}

uint32_t PtmfValues::tensor(const Tensor& v) {
  const uint32_t number = next();
  tensor_table(begin(Kind::TensorMetadata), v);
  return number;
}

void PtmfValues::tensor_table(size_t field, const Tensor& v) {
  using T = ptmf::TensorMetadata;
  FlatFields f;
  f.number(T::storage_location_index, storage(v.storage()));
  f.number(T::scalar_type, int8_t(v.scalar_type()));
  f.number(T::storage_offset, narrowed({v.storage_offset()})[0]);
  f.offset(T::sizes).offset(T::strides).number(T::requires_grad, uint8_t(v.requires_grad()));
  if (v.quantizer()) f.offset(T::quantized_schema);
  const auto t = out_.table(field, f);
  out_.vector(t.fields[T::sizes], narrowed(v.sizes()));
  out_.vector(t.fields[T::strides], narrowed(v.strides()));
  if (v.quantizer()) quantizer_table(t.fields[T::quantized_schema], *v.quantizer());
}

void PtmfValues::quantizer_table(size_t field, const Quantizer& q) {
  using Q = ptmf::QuantizedSchema;
  FlatFields f;
  f.number(Q::qscheme, int8_t(q.scheme)).number(Q::scale, q.scale);
  f.number(Q::zero_point, int32_t(q.zero_point));
  if (q.per_channel()) f.offset(Q::scales).offset(Q::zero_points).number(Q::axis, int32_t(q.axis));
  const auto t = out_.table(field, f);
  if (!q.per_channel()) return;
  if (q.scheme == QScheme::per_channel_affine_float_qparams) {
    tensor_table(t.fields[Q::scales],
                 vector_tensor(kFloat, std::vector<float>(q.scales.begin(), q.scales.end())));
    tensor_table(t.fields[Q::zero_points], vector_tensor(kFloat, q.float_zero_points));
  } else {
    tensor_table(t.fields[Q::scales], vector_tensor(kDouble, q.scales));
    tensor_table(t.fields[Q::zero_points], vector_tensor(kLong, q.zero_points));
  }
}

// ---- functions

using F = ptmf::Function;

uint32_t PtmfValues::add(const Function& f) {
  const std::vector<uint32_t> constants = all(f.code.constants);
  std::vector<uint32_t> defaults;
  for (const auto* list : {&f.schema->arguments, &f.schema->returns})
    for (const Argument& a : *list) defaults.push_back(add(a.default_value.value_or(Value())));
  const uint32_t number = next();
  FlatFields fields;
  for (int id :
       {F::qn, F::instructions, F::operators, F::constants, F::type_annotations, F::schema})
    fields.offset(id);
  if (!f.code.debug_handles.empty()) fields.offset(F::debug_info);
  fields.number(F::register_size, int32_t(f.code.register_count))
      .number(F::class_type, uint32_t(0));
  const auto t = out_.table(begin(Kind::Function), fields);
  out_.text(t.fields[F::qn], f.qualified_name);
  code(t, f, constants);
  schema(t.fields[F::schema], *f.schema, defaults);
  function_classes_.emplace_back(t.fields[F::class_type], f.class_name());
  functions_.push_back(number);
  if (f.name() == "__setstate__") setstates_.emplace(f.class_name(), number);
  return number;
}

void PtmfValues::code(const FlatBuilder::Table& t, const Function& f,
                      const std::vector<uint32_t>& constants) {
  const Code& code = f.code;
  size_t shift = 0;
  const std::vector<std::string> types = type_texts(code, shift);
  std::vector<ptmf::Instruction> instructions;
  for (const Instruction& i : shift_types(code.instructions, shift))
    instructions.push_back({int8_t(i.op), 0, i.n, i.x});
  out_.vector(t.fields[F::instructions], instructions);
  out_.vector(t.fields[F::constants], constants);
  size_t at = out_.offsets(t.fields[F::operators], code.operators.size());
  for (const OperatorUse& u : code.operators) {
    using O = ptmf::Operator;
    FlatFields fields;
    fields.offset(O::name).offset(O::overload_name).number(O::num_args_serialized, u.specified);
    const auto o = out_.table(std::exchange(at, at + 4), fields);
    out_.text(o.fields[O::name], u.name);
    out_.text(o.fields[O::overload_name], u.overload);
  }
  at = out_.offsets(t.fields[F::type_annotations], types.size());
  for (const std::string& s : types) out_.text(std::exchange(at, at + 4), s);
  if (code.debug_handles.empty()) return;
  const auto debug =
      out_.table(t.fields[F::debug_info], FlatFields().offset(ptmf::DebugInfo::debug_handle));
  out_.vector(debug.fields[ptmf::DebugInfo::debug_handle], code.debug_handles);
}

void PtmfValues::schema(size_t field, const FunctionSchema& s,
                        const std::vector<uint32_t>& defaults) {
  using S = ptmf::Schema;
  const auto t = out_.table(field, FlatFields().offset(S::arguments).offset(S::returns));
  const auto middle = defaults.begin() + ptrdiff_t(s.arguments.size());
  arguments(t.fields[S::arguments], s.arguments, {defaults.begin(), middle});
  arguments(t.fields[S::returns], s.returns, {middle, defaults.end()});
}

void PtmfValues::arguments(size_t field, const std::vector<Argument>& all,
                           const std::vector<uint32_t>& defaults) {
  using A = ptmf::Arg;
  const size_t first = out_.offsets(field, all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    FlatFields fields;
    fields.offset(A::name).offset(A::type).number(A::default_value, defaults[i]);
    const auto t = out_.table(first + 4 * i, fields);
    out_.text(t.fields[A::name], all[i].name);
    out_.text(t.fields[A::type], all[i].type->annotation());
  }
}

// PyTorch adds functions to classes that it saw an object of, and to no others.
void PtmfValues::finish(const std::string& root_class) {
  const auto number_of = [&](const std::string& cls, uint32_t otherwise) {
    for (uint32_t i = 0; i < object_types_.size(); ++i)
      if (object_types_[i].name == cls) return i;
    return otherwise;
  };
  const uint32_t root = number_of(root_class, 0);
  for (const auto& [place, cls] : function_classes_) out_.patch(place, number_of(cls, root));
}

}  // namespace tealight

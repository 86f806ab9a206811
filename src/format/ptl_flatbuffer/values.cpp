#include "format/ptl_flatbuffer/values.h"

#include <algorithm>

#include "format/custom_object.h"
#include "format/file_error.h"
#include "format/quantizer.h"

namespace tealight {
namespace {

using ptmf::Kind;

constexpr size_t kValueBytes = 96;  // what a counted value costs, about

template <class T>
DimVector widened(const FlatVector<T>& v, const char* what) {
  constexpr size_t kMostDimensions = 64;
  if (v.size() > kMostDimensions) corrupt(str(what, " of ", v.size(), " dimensions"));
  DimVector out;
  for (size_t i = 0; i < v.size(); ++i) out.push_back(v[i]);
  return out;
}

template <class T>
Value typed_list(MemoryCap& memory, const FlatVector<T>& v, TypeKind element) {
  memory.take(kValueBytes + v.size() * sizeof(Value), "reading a list");
  std::vector<Value> items;
  items.reserve(v.size());
  for (size_t i = 0; i < v.size(); ++i) items.emplace_back(v[i]);
  return make_list(Type::get(element), std::move(items));
}

Value bool_list(MemoryCap& memory, const FlatVector<uint8_t>& v) {
  memory.take(kValueBytes + v.size() * sizeof(Value), "reading a list");
  std::vector<Value> items;
  for (size_t i = 0; i < v.size(); ++i) items.emplace_back(v[i] != 0);
  return make_list(Type::get(TypeKind::Bool), std::move(items));
}

}  // namespace

PtmfReader::PtmfReader(const Bytes& bytes, const ReadOptions& options, ModelFile& file)
    : bytes_(bytes),
      buffer_(bytes_.span()),
      module_(buffer_.root()),
      options_(options),
      file_(file),
      memory_(options, bytes.size) {}

void PtmfReader::read_values() {
  using M = ptmf::Module;
  size_t count = module_.table_count(M::ivalues);
  const uint32_t mobile =
      module_.number<uint32_t>(M::mobile_ivalue_size);  // the others are for TorchScript
  if (mobile != 0 && mobile < count) count = mobile;
  memory_.take(count * sizeof(Value), "reading the values");
  values_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    try {
      values_.push_back(read_value(module_.table_at(M::ivalues, i)));
    } catch (const Error& e) {
      rethrow_as_corrupt(e, str("value ", i, " of ", count));
    }
  }
}

const Value& PtmfReader::earlier(uint32_t index) const {
  if (index >= values_.size())
    corrupt(str("value ", values_.size(), " refers to value ", index,
                ", which does not come before it"));
  return values_[index];
}

std::vector<Value> PtmfReader::earlier_all(const FlatVector<uint32_t>& indexes) {
  memory_.take(kValueBytes + indexes.size() * sizeof(Value), "reading a container");
  std::vector<Value> out;
  out.reserve(indexes.size());
  for (size_t i = 0; i < indexes.size(); ++i) out.push_back(earlier(indexes[i]));
  return out;
}

Value PtmfReader::read_value(const FlatTable& v) {
  const auto kind = Kind(v.number<uint8_t>(ptmf::IValue::val_type));
  if (kind == Kind::None) return {};
  if (kind == Kind::Int) return buffer_.number<int64_t>(v.target(ptmf::IValue::val));
  if (kind == Kind::Bool) return buffer_.number<uint8_t>(v.target(ptmf::IValue::val)) != 0;
  if (kind == Kind::Double) return buffer_.number<double>(v.target(ptmf::IValue::val));
  if (kind == Kind::ComplexDouble) {
    const uint64_t at = v.target(ptmf::IValue::val);
    return std::complex<double>(buffer_.number<double>(at), buffer_.number<double>(at + 8));
  }
  const FlatTable t = v.table(ptmf::IValue::val);
  switch (kind) {
    case Kind::TensorMetadata:
      return read_tensor(t);
    case Kind::String:
      memory_.take(kValueBytes + t.text(0).size(), "reading a string");
      return Value(t.text(ptmf::String::data));
    case Kind::List:
      return read_list(t);
    case Kind::Tuple:
      return read_tuple(t);
    case Kind::Dict:
      return read_dict(t);
    case Kind::Object:
      return read_object(t);
    case Kind::IntList:
      return typed_list(memory_, t.vector<int64_t>(ptmf::Items::items), TypeKind::Int);
    case Kind::DoubleList:
      return typed_list(memory_, t.vector<double>(ptmf::Items::items), TypeKind::Float);
    case Kind::BoolList:
      return bool_list(memory_, t.vector<uint8_t>(ptmf::Items::items));
    case Kind::Device:
      return Device(t.text(ptmf::Device::str));
    case Kind::EnumValue:
      return Value(make_intrusive<EnumImpl>(std::string(t.text(ptmf::EnumValue::type_name)), "",
                                            earlier(t.number<uint32_t>(ptmf::EnumValue::value))));
    case Kind::Function:
      read_function(t);
      return {};
    default:
      corrupt(str("a value of unknown kind ", int(kind)));
  }
}

// ---- tensors

intrusive_ptr<Storage> PtmfReader::storage(uint32_t index) {
  intrusive_ptr<Storage>& s = storages_[index];
  if (s) return s;
  const auto bytes = module_.table_at(ptmf::Module::storage_data, index)
                         .vector<uint8_t>(ptmf::StorageData::data)
                         .bytes();
  if (!bytes_.ours) memory_.take(bytes.size(), "copying weights");
  return s = storage_of(bytes_.slice(size_t(bytes.data() - bytes_.data), bytes.size()));
}

Value PtmfReader::read_tensor(const FlatTable& t) {
  using T = ptmf::TensorMetadata;
  memory_.take(2 * kValueBytes, "reading a tensor");
  const int dtype = t.number<int8_t>(T::scalar_type);
  if (!is_valid_dtype(dtype)) corrupt(str("a tensor of unknown dtype ", dtype));
  Fact fact(ScalarType(dtype), widened(t.vector<int32_t>(T::sizes), "sizes"),
            widened(t.vector<int32_t>(T::strides), "strides"));
  if (t.has(T::quantized_schema))
    fact.quantizer = read_quantizer(t.table(T::quantized_schema), fact);
  if (is_quantized(fact.dtype) != bool(fact.quantizer))
    corrupt(str("a tensor of ", fact.dtype, fact.quantizer ? " with" : " without",
                " scale and zero point"));
  Tensor out(storage(t.number<uint32_t>(T::storage_location_index)), std::move(fact),
             t.number<int32_t>(T::storage_offset));
  if (t.number<uint8_t>(T::requires_grad)) out.requires_grad_();
  return out;
}

intrusive_ptr<const Quantizer> PtmfReader::read_quantizer(const FlatTable& t, const Fact& fact) {
  using Q = ptmf::QuantizedSchema;
  const int scheme = t.number<int8_t>(Q::qscheme);
  if (scheme < 0 || scheme > int(QScheme::per_channel_affine_float_qparams))
    corrupt(str("an unknown quantization scheme, ", scheme));
  auto q = make_intrusive<Quantizer>();
  q->scheme = QScheme(scheme);
  if (!q->per_channel()) {
    q->scale = t.number<double>(Q::scale);
    q->zero_point = t.number<int32_t>(Q::zero_point);
    return q;
  }
  set_channel_quantizer(*q, read_tensor(t.table(Q::scales)).toTensor(),
                        read_tensor(t.table(Q::zero_points)).toTensor(), t.number<int32_t>(Q::axis),
                        fact.sizes);
  return q;
}

// ---- containers

Value PtmfReader::read_list(const FlatTable& t) {
  const TypePtr type = types_.parse(t.text(ptmf::Items::annotation));
  const TypePtr element = type->is(TypeKind::List) ? type->element() : Type::get(TypeKind::Any);
  return make_list(element, earlier_all(t.vector<uint32_t>(ptmf::Items::items)));
}

Value PtmfReader::read_tuple(const FlatTable& t) {
  return make_tuple_value(earlier_all(t.vector<uint32_t>(ptmf::Items::items)));
}

Value PtmfReader::read_dict(const FlatTable& t) {
  const auto keys = t.vector<uint32_t>(ptmf::Dict::keys),
             values = t.vector<uint32_t>(ptmf::Dict::values);
  if (keys.size() != values.size())
    corrupt(str("a dict of ", keys.size(), " keys and ", values.size(), " values"));
  const TypePtr type = types_.parse(t.text(ptmf::Dict::annotation));
  auto dict = type->is(TypeKind::Dict)
                  ? make_intrusive<DictImpl>(type->children[0], type->children[1])
                  : make_intrusive<DictImpl>();
  memory_.take(kValueBytes + keys.size() * kValueBytes, "reading a dict");
  for (size_t i = 0; i < keys.size(); ++i)
    dict->insert_or_assign(earlier(keys[i]), earlier(values[i]));
  return Value(std::move(dict));
}

Value PtmfReader::read_object(const FlatTable& t) {
  using ptmf::ObjectKind;
  const FlatTable type =
      module_.table_at(ptmf::Module::object_types, t.number<uint32_t>(ptmf::Object::type_index));
  const std::string name(type.text(ptmf::ObjectType::type_name));
  const auto kind = ObjectKind(type.number<uint8_t>(ptmf::ObjectType::type));
  memory_.take(2 * kValueBytes, "reading an object");
  if (kind == ObjectKind::ClassWithField) {
    std::vector<Value> slots = earlier_all(t.vector<uint32_t>(ptmf::Object::attrs));
    std::vector<std::string> names;
    const size_t named = type.table_count(ptmf::ObjectType::attr_names);
    for (size_t i = 0; i < std::min(named, slots.size()); ++i)
      names.emplace_back(type.text_at(ptmf::ObjectType::attr_names, i));
    if (named < slots.size())
      corrupt(str("an object of ", name, " with ", slots.size(), " attributes of ", named));
    auto object = make_intrusive<ObjectImpl>(types_.find_class(name, names));
    object->slots = std::move(slots);
    return Value(std::move(object));
  }
  auto object = make_intrusive<ObjectImpl>(types_.find_class(name, {}));
  const Value& state = earlier(t.number<uint32_t>(ptmf::Object::state));
  if (kind == ObjectKind::CustomClass) {
    if (!is_custom_class_name(name)) corrupt(str(name, " is no class written in C++"));
    set_custom_state(*object, state, types_,
                     options_.allow_unknown_classes ? &file_.missing_classes : nullptr);
  } else if (kind == ObjectKind::ClassWithSetstate) {
    const auto at = functions_.find(t.number<uint32_t>(ptmf::Object::setstate_func));
    if (at == functions_.end())
      corrupt(str("the __setstate__ of ", name, " does not come before its object"));
    file_.pending.push_back({object, at->second, state});
  } else {
    corrupt(str("an object of ", name, " of unknown kind ", int(kind)));
  }
  return Value(std::move(object));
}

}  // namespace tealight

// Values that are no tensors: made, looked at, taken apart.
#include "handles.h"

using namespace tealight;
using namespace tealight::c;

namespace {

// The one type of all items, or Any.
TypePtr common_type(const char* given, const std::vector<Value>& items) {
  if (given) return parse_type(given);
  if (items.empty()) return Type::get(TypeKind::Any);
  const TypePtr first = items[0].type();
  for (const Value& v : items)
    if (!(*v.type() == *first)) return Type::get(TypeKind::Any);
  return first;
}

void check_items(const std::vector<Value>& items, const Type& type, const char* what) {
  for (size_t i = 0; i < items.size(); ++i) {
    TL_CHECK(value_is(items[i], type), what, " ", i, " is a ", items[i].type()->str(), ", not a ",
             type.str());
  }
}

template <class T>
ArrayRef<T> numbers(const T* items, size_t n) {
  TL_CHECK(items || n == 0, "the array of numbers is NULL");
  return ArrayRef<T>(items, n);
}

template <class T, class Get>
void copy_items(const tl_value* v, T* out, size_t n, Get get) {
  const std::vector<Value>& items = value_of(v).toListRef().items;
  TL_CHECK(items.size() == n, "the list has ", items.size(), " items, not ", n);
  TL_CHECK(out || n == 0, "the place for the items is NULL");
  std::transform(items.begin(), items.end(), out, get);
}

const std::vector<std::string>* names_of(const Value& v) {
  if (v.isObject()) return &v.toObjectRef().cls->attributes;
  if (v.isTuple() && v.toTupleRef().named) return &v.toTupleRef().named->field_names;
  return nullptr;
}

size_t size_of(const Value& v) {
  if (v.isList()) return v.toListRef().size();
  if (v.isTuple()) return v.toTupleRef().size();
  if (v.isGenericDict()) return v.toDictRef().size();
  if (v.isObject()) return v.toObjectRef().slots.size();
  fail(str("a ", v.tagKind(), " has no items"));
}

void check_index(const Value& v, size_t i) {
  if (i >= size_of(v))
    throw IndexError(str("item ", i, " of a ", v.tagKind(), " with ", size_of(v)));
}

Value item_of(const Value& v, size_t i) {
  check_index(v, i);
  if (v.isList()) return v.toListRef()[i];
  if (v.isTuple()) return v.toTupleRef().items[i];
  if (v.isGenericDict()) return v.toDictRef().entries()[i].second;
  return v.toObjectRef().slots[i];
}

Value key_of(const Value& v, size_t i) {
  check_index(v, i);
  if (v.isGenericDict()) return v.toDictRef().entries()[i].first;
  const std::vector<std::string>* names = names_of(v);
  TL_CHECK(names && i < names->size(), "a ", v.tagKind(), " has no keys");
  return Value((*names)[i]);
}

const Value* find_in(const Value& v, const std::string& key) {
  if (v.isGenericDict()) return v.toDictRef().find(Value(key));
  if (v.isObject()) return v.toObjectRef().find_attr(key);
  const std::vector<std::string>* names = names_of(v);
  TL_CHECK(names, "a ", v.tagKind(), " has no keys");
  for (size_t i = 0; i < names->size(); ++i)
    if ((*names)[i] == key) return &v.toTupleRef().items.at(i);
  return nullptr;
}

}  // namespace

tl_kind tl_value_kind(const tl_value* v) {
  if (!v) return TL_NONE;
  switch (v->value.tag()) {
    case ValueTag::None:
      return TL_NONE;
    case ValueTag::Tensor:
      return TL_TENSOR;
    case ValueTag::Double:
      return TL_DOUBLE;
    case ValueTag::ComplexDouble:
      return TL_COMPLEX;
    case ValueTag::Int:
      return TL_INT;
    case ValueTag::Bool:
      return TL_BOOL;
    case ValueTag::Device:
      return TL_DEVICE;
    case ValueTag::String:
      return TL_STRING;
    case ValueTag::Tuple:
      return TL_TUPLE;
    case ValueTag::List:
      return TL_LIST;
    case ValueTag::Dict:
      return TL_DICT;
    case ValueTag::Object:
      return TL_OBJECT;
    case ValueTag::Enum:
      return TL_ENUM;
    case ValueTag::Generator:
      return TL_GENERATOR;
    default:
      return TL_OTHER;
  }
}

void tl_value_free(tl_value* v) { delete v; }
tl_status tl_value_share(const tl_value* v, tl_value** out) {
  return give(out, [&] { return value_of(v); });
}
tl_status tl_value_repr(const tl_value* v, tl_value** out) {
  return give(out, [&] { return repr(value_of(v)); });
}
tl_status tl_value_type(const tl_value* v, tl_value** out) {
  return give(out, [&] { return value_of(v).type()->str(); });
}

tl_status tl_none(tl_value** out) {
  return give(out, [] { return Value(); });
}
tl_status tl_bool(int b, tl_value** out) {
  return give(out, [&] { return b != 0; });
}
tl_status tl_int(int64_t i, tl_value** out) {
  return give(out, [&] { return i; });
}
tl_status tl_double(double d, tl_value** out) {
  return give(out, [&] { return d; });
}
tl_status tl_complex(double re, double im, tl_value** out) {
  return give(out, [&] { return std::complex<double>(re, im); });
}
tl_status tl_string(const char* text, size_t size, tl_value** out) {
  return give(out, [&] {
    TL_CHECK(text || size == 0, "the text is NULL");
    return std::string(text ? text : "", size);
  });
}
tl_status tl_device(const char* name, tl_value** out) {
  return give(out, [&] {
    need(name, "the device's name");
    return Device(name);
  });
}

tl_status tl_generator(uint64_t seed, tl_value** out) {
  return give(out, [&] { return make_generator(seed).value(); });
}
tl_status tl_enum(const char* class_name, const char* name, const tl_value* value, tl_value** out) {
  return give(out, [&] {
    need(class_name, "the enum's class");
    need(name, "the enum's name");
    return Value(make_intrusive<EnumImpl>(class_name, name, value_of(value)));
  });
}

tl_status tl_list(const char* item_type, tl_value* const* items, size_t n, tl_value** out) {
  return give(out, [&] {
    std::vector<Value> all = values_of(items, n);
    const TypePtr type = common_type(item_type, all);
    check_items(all, *type, "item");
    return make_list(type, std::move(all));
  });
}
tl_status tl_tuple(tl_value* const* items, size_t n, tl_value** out) {
  return give(out, [&] { return make_tuple_value(values_of(items, n)); });
}
tl_status tl_named_tuple(const char* class_name, const char* const* names, tl_value* const* items,
                         size_t n, tl_value** out) {
  return give(out, [&] {
    need(class_name, "the NamedTuple's class");
    TL_CHECK(names || n == 0, "the names are NULL");
    std::vector<Value> all = values_of(items, n);
    std::vector<std::string> fields;
    std::vector<TypePtr> types;
    for (size_t i = 0; i < n; ++i) {
      need(names[i], "a name");
      fields.emplace_back(names[i]);
      types.push_back(all[i].type());
    }
    return Value(TupleImpl::createNamed(
        std::move(all), Type::named_tuple(class_name, std::move(fields), std::move(types))));
  });
}
tl_status tl_int_list(const int64_t* items, size_t n, tl_value** out) {
  return give(out, [&] { return Value(numbers(items, n)); });
}
tl_status tl_double_list(const double* items, size_t n, tl_value** out) {
  return give(out, [&] { return Value(numbers(items, n)); });
}
tl_status tl_bool_list(const uint8_t* items, size_t n, tl_value** out) {
  return give(out, [&] {
    const ArrayRef<uint8_t> bytes = numbers(items, n);
    return Value(std::vector<bool>(bytes.begin(), bytes.end()));
  });
}
tl_status tl_dict(const char* key_type, const char* value_type, tl_value* const* keys,
                  tl_value* const* values, size_t n, tl_value** out) {
  return give(out, [&] {
    const std::vector<Value> all_keys = values_of(keys, n), all_values = values_of(values, n);
    auto dict = make_intrusive<DictImpl>(common_type(key_type, all_keys),
                                         common_type(value_type, all_values));
    check_items(all_keys, *dict->key, "key");
    check_items(all_values, *dict->value, "value");
    for (size_t i = 0; i < n; ++i) dict->insert_or_assign(all_keys[i], all_values[i]);
    return Value(std::move(dict));
  });
}

tl_status tl_get_bool(const tl_value* v, int* out) {
  return read(out, [&] { return value_of(v).toBool(); });
}
tl_status tl_get_int(const tl_value* v, int64_t* out) {
  return read(out, [&] { return value_of(v).toInt(); });
}
tl_status tl_get_double(const tl_value* v, double* out) {
  return read(out,
              [&] { return value_of(v).isInt() ? double(v->value.toInt()) : v->value.toDouble(); });
}
tl_status tl_get_complex(const tl_value* v, double* re, double* im) {
  return guard([&] {
    need(re, "the place for the real part");
    need(im, "the place for the imaginary part");
    const std::complex<double> z = value_of(v).toScalar().toComplexDouble();
    *re = z.real();
    *im = z.imag();
  });
}
tl_status tl_get_string(const tl_value* v, const char** text, size_t* size) {
  return guard([&] {
    need(text, "the place for the text");
    const Value& value = value_of(v);
    const std::string* s = &v->text;
    if (value.isString())
      s = &value.toStringRef();
    else
      TL_CHECK(value.isDevice() || value.isEnum(), "Expected String but got ", value.tagKind());
    *text = s->c_str();
    if (size) *size = s->size();
  });
}
tl_status tl_get_ints(const tl_value* v, int64_t* out, size_t n) {
  return guard([&] { copy_items(v, out, n, [](const Value& x) { return x.toInt(); }); });
}
tl_status tl_get_doubles(const tl_value* v, double* out, size_t n) {
  return guard([&] {
    copy_items(v, out, n,
               [](const Value& x) { return x.isInt() ? double(x.toInt()) : x.toDouble(); });
  });
}
tl_status tl_get_bools(const tl_value* v, uint8_t* out, size_t n) {
  return guard([&] { copy_items(v, out, n, [](const Value& x) { return uint8_t(x.toBool()); }); });
}
tl_status tl_get_enum_value(const tl_value* v, tl_value** out) {
  return give(out, [&] { return value_of(v).toEnumRef().value; });
}
tl_status tl_size(const tl_value* v, size_t* out) {
  return read(out, [&] { return size_of(value_of(v)); });
}
tl_status tl_item(const tl_value* v, size_t i, tl_value** out) {
  return give(out, [&] { return item_of(value_of(v), i); });
}
tl_status tl_key(const tl_value* v, size_t i, tl_value** out) {
  return give(out, [&] { return key_of(value_of(v), i); });
}
tl_status tl_find(const tl_value* v, const char* key, tl_value** out) {
  return guard([&] {
    need(key, "the key");
    need(out, "the place for the result");
    const Value* found = find_in(value_of(v), key);
    *out = found ? make_handle(*found) : nullptr;
  });
}

// Value: making, looking into, comparing. Containers are in containers.cpp.
#include "tealight/value.h"

#include <bit>
#include <cmath>

namespace tealight {
namespace {

// Deeper values are taken for cycles.
constexpr int kMaxDepth = 200;

void check_depth(int depth) {
  if (depth > kMaxDepth) {
    fail(str("comparing or hashing a value nested deeper than ", kMaxDepth,
             ": does it hold itself?"),
         ErrorKind::cancelled);
  }
}

template <class T>
intrusive_ptr<ListImpl> list_of(TypeKind element, const T& items) {
  auto list = make_intrusive<ListImpl>(Type::get(element));
  list->items.reserve(items.size());
  for (const auto& item : items) list->items.emplace_back(item);
  return list;
}

bool is_number(const Value& v) { return v.isScalar(); }

// Both are numbers. An int against a float compares as Python does: exactly.
bool numbers_equal(const Value& a, const Value& b) {
  if (a.isComplexDouble() || b.isComplexDouble())
    return a.toScalar().toComplexDouble() == b.toScalar().toComplexDouble();
  if (!a.isDouble() && !b.isDouble()) return a.toScalar().toLong() == b.toScalar().toLong();
  if (a.isDouble() && b.isDouble()) return a.toDouble() == b.toDouble();
  const double real = a.isDouble() ? a.toDouble() : b.toDouble();
  const int64_t whole = a.isDouble() ? b.toScalar().toLong() : a.toScalar().toLong();
  return real >= -0x1p63 && real < 0x1p63 && int64_t(real) == whole &&
         double(int64_t(real)) == real;
}

bool equal(const Value& a, const Value& b, int depth);

bool equal(const std::vector<Value>& a, const std::vector<Value>& b, int depth) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i], depth)) return false;
  }
  return true;
}

bool equal(DictImpl& a, DictImpl& b, int depth) {
  if (a.size() != b.size()) return false;
  for (const auto& [key, value] : a.entries()) {
    const Value* other = b.find(key);
    if (!other || !equal(value, *other, depth)) return false;
  }
  return true;
}

bool equal(const Value& a, const Value& b, int depth) {
  check_depth(depth);
  if (is_number(a) && is_number(b)) return numbers_equal(a, b);
  if (a.tag() != b.tag()) return false;
  if (a.payload() && a.payload() == b.payload()) return true;
  switch (a.tag()) {
    case ValueTag::None:
    case ValueTag::Uninitialized:
      return true;
    case ValueTag::Tensor:
      return a.toTensor().is_same(b.toTensor());
    case ValueTag::Device:
      return a.toDevice() == b.toDevice();
    case ValueTag::String:
      return a.toStringRef() == b.toStringRef();
    case ValueTag::Tuple:
      return equal(a.toTupleRef().items.vec(), b.toTupleRef().items.vec(), depth + 1);
    case ValueTag::List:
      return equal(a.toListRef().items, b.toListRef().items, depth + 1);
    case ValueTag::Dict:
      return equal(a.toDictRef(), b.toDictRef(), depth + 1);
    case ValueTag::Enum: {
      const EnumImpl &x = a.toEnumRef(), &y = b.toEnumRef();
      return x.class_name == y.class_name && x.name == y.name &&  // lite models lack the names
             equal(x.value, y.value, depth + 1);
    }
    default:
      return false;
  }
}

size_t mix(size_t seed, size_t h) {
  return seed ^ (h + 0x9E3779B97F4A7C15u + (seed << 6) + (seed >> 2));
}

// Numbers that are equal hash alike, whatever their kind.
size_t hash_real(double v) {
  if (v >= -0x1p63 && v < 0x1p63 && double(int64_t(v)) == v)
    return std::hash<int64_t>()(int64_t(v));
  return std::hash<double>()(v);
}

size_t hash_value(const Value& v, int depth) {
  check_depth(depth);
  switch (v.tag()) {
    case ValueTag::None:
      return 0x5EED;
    case ValueTag::Tensor:
      return std::hash<const void*>()(v.toTensor().unsafeGetTensorImpl());
    case ValueTag::Double:
      return hash_real(v.toDouble());
    case ValueTag::Int:
    case ValueTag::Bool:
      return std::hash<int64_t>()(v.toScalar().toLong());
    case ValueTag::ComplexDouble: {
      const std::complex<double> z = v.toComplexDouble();
      return z.imag() == 0 ? hash_real(z.real()) : mix(hash_real(z.real()), hash_real(z.imag()));
    }
    case ValueTag::String:
      return std::hash<std::string_view>()(v.toStringView());
    case ValueTag::Device:
      return mix(size_t(v.toDevice().type()), size_t(v.toDevice().index()));
    case ValueTag::Enum:
      return std::hash<std::string_view>()(v.toEnumRef().name);
    case ValueTag::Tuple: {
      size_t h = v.toTupleRef().items.size();
      for (const Value& item : v.toTupleRef().items) h = mix(h, hash_value(item, depth + 1));
      return h;
    }
    case ValueTag::Object:
      return std::hash<const void*>()(v.payload());
    default:
      throw TypeError(str("unhashable type: '", v.type()->annotation(), "'"));
  }
}

bool is_list_of(const Value& v, TypeKind element) {
  return v.isList() && v.toListRef().element->is(element);
}

[[noreturn]] void fail_expected(const char* what, const Value& v) {
  fail(str("Expected ", what, " but got ", v.tagKind()));
}

template <class To, class Get>
To from_list(const Value& v, const char* what, Get get) {
  if (!v.isList()) fail_expected(what, v);
  To out;
  for (const Value& item : v.toListRef().items) out.push_back(get(item));
  return out;
}

// An int that stands for one of `count` names.
int64_t checked_code(const Value& v, int64_t count, const char* what) {
  const int64_t code = v.toInt();
  TL_CHECK(code >= 0 && code < count, what, ": no such code, ", code);
  return code;
}

}  // namespace

Value::Value(Tensor t) : tag_(ValueTag::Tensor) { new (&p_.tensor) Tensor(std::move(t)); }

Value::Value(std::complex<double> v) : tag_(ValueTag::ComplexDouble), counted_(true) {
  p_.ref = make_intrusive<ComplexImpl>(v).detach();
}
Value::Value(std::string v) : tag_(ValueTag::String), counted_(true) {
  p_.ref = make_intrusive<StringImpl>(std::move(v)).detach();
}
Value::Value(intrusive_ptr<StringImpl> v) : tag_(ValueTag::String), counted_(v.defined()) {
  TL_CHECK(v, "a string made of no ConstantString");
  p_.ref = v.detach();
}
Value::Value(ValueTag tag, intrusive_ptr<intrusive_ptr_target> p)
    : tag_(tag), counted_(p.defined()) {
  p_.ref = p.detach();
  if (!counted_) tag_ = ValueTag::None;
}
Value::Value(intrusive_ptr<ListImpl> p)
    : Value(ValueTag::List, intrusive_ptr<intrusive_ptr_target>(std::move(p))) {}
Value::Value(intrusive_ptr<TupleImpl> p)
    : Value(ValueTag::Tuple, intrusive_ptr<intrusive_ptr_target>(std::move(p))) {}
Value::Value(intrusive_ptr<DictImpl> p)
    : Value(ValueTag::Dict, intrusive_ptr<intrusive_ptr_target>(std::move(p))) {}
Value::Value(intrusive_ptr<ObjectImpl> p)
    : Value(ValueTag::Object, intrusive_ptr<intrusive_ptr_target>(std::move(p))) {}
Value::Value(intrusive_ptr<EnumImpl> p)
    : Value(ValueTag::Enum, intrusive_ptr<intrusive_ptr_target>(std::move(p))) {}

Value::Value(const Scalar& s) {
  if (s.isFloatingPoint())
    *this = Value(s.toDouble());
  else if (s.isComplex())
    *this = Value(s.toComplexDouble());
  else if (s.isBoolean())
    *this = Value(s.toBool());
  else
    *this = Value(s.toLong());
}

Value::Value(IntArrayRef v) : Value(list_of(TypeKind::Int, v)) {}
Value::Value(ArrayRef<double> v) : Value(list_of(TypeKind::Float, v)) {}
Value::Value(TensorList v) : Value(list_of(TypeKind::Tensor, v)) {}
Value::Value(const std::vector<std::string>& v) : Value(list_of(TypeKind::String, v)) {}
Value::Value(const std::vector<bool>& v)
    : Value(make_intrusive<ListImpl>(Type::get(TypeKind::Bool))) {
  for (bool item : v) toListRef().items.emplace_back(item);
}

bool Value::isIntList() const { return is_list_of(*this, TypeKind::Int); }
bool Value::isDoubleList() const { return is_list_of(*this, TypeKind::Float); }
bool Value::isBoolList() const { return is_list_of(*this, TypeKind::Bool); }
bool Value::isComplexDoubleList() const { return is_list_of(*this, TypeKind::Complex); }
bool Value::isTensorList() const { return is_list_of(*this, TypeKind::Tensor); }
bool Value::isOptionalTensorList() const {
  if (!is_list_of(*this, TypeKind::Optional)) return false;
  return toListRef().element->element()->is(TypeKind::Tensor);
}
bool Value::isModule() const { return isObject() && toObjectRef().cls->is_module; }
bool Value::isCustomClass() const {
  return isCapsule() ||
         (isObject() && toObjectRef().cls->name.starts_with("__torch__.torch.classes."));
}

Scalar Value::toScalar() const {
  switch (tag_) {
    case ValueTag::Double:
      return p_.d;
    case ValueTag::Int:
      return p_.i;
    case ValueTag::Bool:
      return p_.i != 0;
    case ValueTag::ComplexDouble:
      return toComplexDouble();
    default:
      fail_expected("Scalar", *this);
  }
}

ScalarType Value::toScalarType() const {
  return ScalarType(checked_code(*this, int64_t(ScalarType::Undefined), "dtype"));
}
MemoryFormat Value::toMemoryFormat() const {
  return MemoryFormat(checked_code(*this, 4, "memory format"));
}
Layout Value::toLayout() const { return Layout(checked_code(*this, 4, "layout")); }
QScheme Value::toQScheme() const { return QScheme(checked_code(*this, 5, "qscheme")); }
Device Value::toDevice() const {
  if (isString()) return Device(toStringView());
  expect(ValueTag::Device);
  return p_.device;
}

std::vector<int64_t> Value::toIntVector() const {
  return from_list<std::vector<int64_t>>(*this, "IntList",
                                         [](const Value& v) { return v.toInt(); });
}
DimVector Value::toDimVector() const {
  return from_list<DimVector>(*this, "IntList", [](const Value& v) { return v.toInt(); });
}
std::vector<double> Value::toDoubleVector() const {
  return from_list<std::vector<double>>(*this, "DoubleList", [](const Value& v) {
    return v.isInt() ? double(v.toInt()) : v.toDouble();
  });
}
std::vector<bool> Value::toBoolVector() const {
  return from_list<std::vector<bool>>(*this, "BoolList", [](const Value& v) { return v.toBool(); });
}
std::vector<std::complex<double>> Value::toComplexDoubleVector() const {
  return from_list<std::vector<std::complex<double>>>(
      *this, "ComplexDoubleList", [](const Value& v) { return v.toComplexDouble(); });
}
std::vector<Tensor> Value::toTensorVector() const {
  return from_list<std::vector<Tensor>>(*this, "TensorList",
                                        [](const Value& v) { return v.toTensor(); });
}
std::vector<std::optional<Tensor>> Value::toOptionalTensorVector() const {
  return from_list<std::vector<std::optional<Tensor>>>(
      *this, "OptionalTensorList",
      [](const Value& v) { return v.isNone() ? std::nullopt : std::optional(v.toTensor()); });
}

TypePtr Value::type() const {
  switch (tag_) {
    case ValueTag::None:
      return Type::get(TypeKind::None);
    case ValueTag::Tensor:
      return Type::get(TypeKind::Tensor);
    case ValueTag::Double:
      return Type::get(TypeKind::Float);
    case ValueTag::ComplexDouble:
      return Type::get(TypeKind::Complex);
    case ValueTag::Int:
      return Type::get(TypeKind::Int);
    case ValueTag::Bool:
      return Type::get(TypeKind::Bool);
    case ValueTag::Device:
      return Type::get(TypeKind::Device);
    case ValueTag::Uninitialized:
      return Type::get(TypeKind::Any);
    case ValueTag::String:
      return Type::get(TypeKind::String);
    case ValueTag::Generator:
      return Type::get(TypeKind::Generator);
    case ValueTag::Capsule:
      return Type::get(TypeKind::Capsule);
    case ValueTag::List:
      return Type::list(toListRef().element);
    case ValueTag::Dict:
      return Type::dict(toDictRef().key, toDictRef().value);
    case ValueTag::Future:
      return Type::future(Type::get(TypeKind::Any));
    case ValueTag::Enum:
      return Type::named(TypeKind::Enum, toEnumRef().class_name);
    case ValueTag::Tuple: {
      if (toTupleRef().named) return toTupleRef().named;
      std::vector<TypePtr> types;
      for (const Value& item : toTupleRef().items) types.push_back(item.type());
      return Type::tuple(std::move(types));
    }
    case ValueTag::Object: {
      Type t;
      t.kind = TypeKind::Class;
      t.cls = toObjectRef().cls;
      t.name = t.cls->name;
      return Type::make(std::move(t));
    }
  }
  return Type::get(TypeKind::Any);
}

const char* tag_name(ValueTag tag) {
  switch (tag) {
    case ValueTag::None:
      return "None";
    case ValueTag::Tensor:
      return "Tensor";
    case ValueTag::Double:
      return "Double";
    case ValueTag::ComplexDouble:
      return "ComplexDouble";
    case ValueTag::Int:
      return "Int";
    case ValueTag::Bool:
      return "Bool";
    case ValueTag::Device:
      return "Device";
    case ValueTag::Uninitialized:
      return "Uninitialized";
    case ValueTag::String:
      return "String";
    case ValueTag::Tuple:
      return "Tuple";
    case ValueTag::List:
      return "GenericList";
    case ValueTag::Dict:
      return "GenericDict";
    case ValueTag::Object:
      return "Object";
    case ValueTag::Enum:
      return "Enum";
    case ValueTag::Generator:
      return "Generator";
    case ValueTag::Capsule:
      return "Capsule";
    case ValueTag::Future:
      return "Future";
  }
  return "InvalidTag";
}

std::string Value::tagKind() const { return tag_name(tag_); }

void Value::fail_kind(ValueTag expected) const {
  fail(str("Expected ", tag_name(expected), " but got ", tag_name(tag_)));
}

bool Value::is(const Value& o) const {
  if (tag_ != o.tag_) return false;
  if (isTensor()) return p_.tensor.is_same(o.p_.tensor);
  if (isString() || isComplexDouble())
    return *this == o;  // constants of a program: one object each in Python
  if (counted_) return p_.ref == o.p_.ref;
  return *this == o;
}

bool operator==(const Value& a, const Value& b) { return equal(a, b, 0); }

size_t Value::hash() const { return hash_value(*this, 0); }

}  // namespace tealight

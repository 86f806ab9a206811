// Value: anything a TorchScript program can hold (c10::IValue). 16 bytes: a tag and a payload or a
// counted pointer. Containers are shared by reference, as in Python.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tealight/tensor.h"
#include "tealight/type.h"

namespace tealight {

class Value;
template <class T>
class List;
template <class K, class V>
class Dict;
/// How a C++ type becomes a Value and back: containers.h and custom_class.h specialise it.
///   static Value make(const T&);   static T from(const Value&);
template <class T>
struct ValueTraits;
struct Function;      // a method: runtime's Code with a schema
struct CustomMethod;  // a method written in C++

enum class ValueTag : uint8_t {
  None,
  Tensor,
  Double,
  ComplexDouble,
  Int,
  Bool,
  Device,
  Uninitialized,  // held inline (Tensor, Complex: counted)
  String,
  Tuple,
  List,
  Dict,
  Object,
  Enum,
  Generator,
  Capsule,
  Future,  // counted
};

struct TL_API StringImpl : intrusive_ptr_target {
  std::string value;
  explicit StringImpl(std::string s) : value(std::move(s)) {}
  static intrusive_ptr<StringImpl> create(std::string s) {
    return make_intrusive<StringImpl>(std::move(s));
  }
  const std::string& string() const { return value; }
  std::string_view string_view() const { return value; }
  operator const std::string&() const { return value; }
};
struct TL_API ComplexImpl : intrusive_ptr_target {
  std::complex<double> value;
  explicit ComplexImpl(std::complex<double> z) : value(z) {}
};
struct ListImpl;
struct TupleImpl;
struct DictImpl;
struct ObjectImpl;
struct EnumImpl;

class TL_API Value {
 public:
  Value() noexcept { p_.i = 0; }
  Value(std::nullopt_t) noexcept : Value() {}
  Value(Tensor t);  // an undefined tensor is kept as such
  Value(double v) noexcept : tag_(ValueTag::Double) { p_.d = v; }
  Value(float v) noexcept : Value(double(v)) {}
  Value(std::complex<double> v);
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  Value(T v) noexcept : tag_(ValueTag::Int) {
    p_.i = int64_t(v);
  }
  Value(bool v) noexcept : tag_(ValueTag::Bool) { p_.i = v; }
  Value(ScalarType v) noexcept : Value(int64_t(v)) {}
  Value(Layout v) noexcept : Value(int64_t(v)) {}
  Value(MemoryFormat v) noexcept : Value(int64_t(v)) {}
  Value(QScheme v) noexcept : Value(int64_t(v)) {}
  Value(Device v) noexcept : tag_(ValueTag::Device) { p_.device = v; }
  Value(const Scalar&);
  Value(std::string v);
  Value(intrusive_ptr<StringImpl> v);
  Value(const char* v) : Value(std::string(v)) {}
  Value(std::string_view v) : Value(std::string(v)) {}
  Value(intrusive_ptr<ListImpl>);
  Value(intrusive_ptr<TupleImpl>);
  Value(intrusive_ptr<DictImpl>);
  Value(intrusive_ptr<ObjectImpl>);
  Value(intrusive_ptr<EnumImpl>);
  Value(ValueTag, intrusive_ptr<intrusive_ptr_target>);  // Generator, Capsule, Future
  Value(IntArrayRef v);                                  // List[int] ...
  Value(const DimVector& v) : Value(IntArrayRef(v)) {}
  Value(const std::vector<int64_t>& v) : Value(IntArrayRef(v)) {}
  Value(ArrayRef<double> v);
  Value(const std::vector<double>& v) : Value(ArrayRef<double>(v)) {}
  Value(const std::vector<bool>& v);
  Value(TensorList v);
  Value(const std::vector<Tensor>& v) : Value(TensorList(v)) {}
  Value(const std::vector<std::string>& v);
  template <class T>
  Value(std::optional<T> v) : Value() {
    if (v) *this = Value(std::move(*v));
  }
  template <class T>
    requires requires(const T& v) { ValueTraits<T>::make(v); }
  Value(const T& v) : Value(ValueTraits<T>::make(v)) {}
  template <class T>
  Value(const T*) = delete;  // would quietly become a bool
  static Value make_capsule(intrusive_ptr<intrusive_ptr_target> p) {
    return Value(ValueTag::Capsule, std::move(p));
  }
  static Value uninitialized() {
    Value v;
    v.tag_ = ValueTag::Uninitialized;
    return v;
  }

  Value(const Value& o) noexcept : tag_(o.tag_), counted_(o.counted_) {
    if (tag_ == ValueTag::Tensor)
      new (&p_.tensor) Tensor(o.p_.tensor);
    else if (p_.i = o.p_.i; counted_)
      p_.ref = o.p_.ref, p_.ref->retain();
  }
  Value(Value&& o) noexcept : tag_(o.tag_), counted_(o.counted_) {
    std::memcpy(static_cast<void*>(&p_), &o.p_, sizeof p_);
    o.tag_ = ValueTag::None;
    o.counted_ = false;
  }
  Value& operator=(const Value& o) noexcept { return *this = Value(o); }
  Value& operator=(Value&& o) noexcept {
    if (this != &o) {
      this->~Value();
      new (this) Value(std::move(o));
    }
    return *this;
  }
  ~Value() {
    if (tag_ == ValueTag::Tensor)
      p_.tensor.~Tensor();
    else if (counted_)
      p_.ref->release();
  }

  ValueTag tag() const { return tag_; }
  bool isNone() const { return tag_ == ValueTag::None; }
  bool isTensor() const { return tag_ == ValueTag::Tensor; }
  bool isDouble() const { return tag_ == ValueTag::Double; }
  bool isComplexDouble() const { return tag_ == ValueTag::ComplexDouble; }
  bool isInt() const { return tag_ == ValueTag::Int; }
  bool isBool() const { return tag_ == ValueTag::Bool; }
  bool isScalar() const { return isDouble() || isInt() || isBool() || isComplexDouble(); }
  bool isDevice() const { return tag_ == ValueTag::Device; }
  bool isString() const { return tag_ == ValueTag::String; }
  bool isTuple() const { return tag_ == ValueTag::Tuple; }
  bool isList() const { return tag_ == ValueTag::List; }
  bool isIntList() const;
  bool isDoubleList() const;
  bool isBoolList() const;
  bool isComplexDoubleList() const;
  bool isTensorList() const;
  bool isOptionalTensorList() const;
  bool isGenericDict() const { return tag_ == ValueTag::Dict; }
  bool isObject() const { return tag_ == ValueTag::Object; }
  bool isModule() const;
  bool isEnum() const { return tag_ == ValueTag::Enum; }
  bool isGenerator() const { return tag_ == ValueTag::Generator; }
  bool isCapsule() const { return tag_ == ValueTag::Capsule; }
  bool isCustomClass() const;
  bool isFuture() const { return tag_ == ValueTag::Future; }
  bool isPtrType() const { return counted_ || (isTensor() && toTensor().defined()); }
  bool isUninitialized() const { return tag_ == ValueTag::Uninitialized; }
  // Kinds that PyTorch has and no model for mobile holds.
  bool isStorage() const { return false; }
  bool isBlob() const { return false; }
  bool isStream() const { return false; }
  bool isRRef() const { return false; }
  bool isPyObject() const { return false; }
  bool isQuantizer() const { return false; }
  bool isSymInt() const { return false; }
  bool isSymFloat() const { return false; }

  // Each throws Error "Expected Tensor but got Double" when the tag is another.
  std::string toNone() const {
    expect(ValueTag::None);
    return "None";
  }
  const Tensor& toTensor() const& {
    expect(ValueTag::Tensor);
    return p_.tensor;
  }
  Tensor toTensor() && {
    expect(ValueTag::Tensor);
    return std::move(p_.tensor);
  }
  Tensor& toTensor() & {
    expect(ValueTag::Tensor);
    return p_.tensor;
  }
  double toDouble() const {
    expect(ValueTag::Double);
    return p_.d;
  }
  std::complex<double> toComplexDouble() const {
    expect(ValueTag::ComplexDouble);
    return static_cast<ComplexImpl*>(p_.ref)->value;
  }
  int64_t toInt() const {
    expect(ValueTag::Int);
    return p_.i;
  }
  bool toBool() const {
    expect(ValueTag::Bool);
    return p_.i != 0;
  }
  Scalar toScalar() const;  // of any number
  ScalarType toScalarType() const;
  MemoryFormat toMemoryFormat() const;
  Layout toLayout() const;
  QScheme toQScheme() const;
  Device toDevice() const;  // of a Device or a str
  const std::string& toStringRef() const {
    expect(ValueTag::String);
    return static_cast<StringImpl*>(p_.ref)->value;
  }
  std::string_view toStringView() const { return toStringRef(); }
  std::optional<std::reference_wrapper<const std::string>> toOptionalStringRef() const {
    if (isNone()) return std::nullopt;
    return std::cref(toStringRef());
  }
  intrusive_ptr<StringImpl> toString() const { return pointer<StringImpl>(ValueTag::String); }
  ListImpl& toListRef() const {
    expect(ValueTag::List);
    return *reinterpret_cast<ListImpl*>(p_.ref);
  }
  TupleImpl& toTupleRef() const {
    expect(ValueTag::Tuple);
    return *reinterpret_cast<TupleImpl*>(p_.ref);
  }
  DictImpl& toDictRef() const {
    expect(ValueTag::Dict);
    return *reinterpret_cast<DictImpl*>(p_.ref);
  }
  ObjectImpl& toObjectRef() const {
    expect(ValueTag::Object);
    return *reinterpret_cast<ObjectImpl*>(p_.ref);
  }
  EnumImpl& toEnumRef() const {
    expect(ValueTag::Enum);
    return *reinterpret_cast<EnumImpl*>(p_.ref);
  }
  intrusive_ptr<TupleImpl> toTuple() const { return pointer<TupleImpl>(ValueTag::Tuple); }
  intrusive_ptr<ListImpl> toListPtr() const { return pointer<ListImpl>(ValueTag::List); }
  intrusive_ptr<DictImpl> toDictPtr() const { return pointer<DictImpl>(ValueTag::Dict); }
  intrusive_ptr<ObjectImpl> toObject() const { return pointer<ObjectImpl>(ValueTag::Object); }
  intrusive_ptr<EnumImpl> toEnumHolder() const { return pointer<EnumImpl>(ValueTag::Enum); }
  Generator toGenerator() const;
  intrusive_ptr<intrusive_ptr_target> toCapsule() const {
    return pointer<intrusive_ptr_target>(ValueTag::Capsule);
  }
  std::vector<int64_t> toIntVector() const;
  DimVector toDimVector() const;
  std::vector<double> toDoubleVector() const;  // takes ints too
  std::vector<bool> toBoolVector() const;
  std::vector<std::complex<double>> toComplexDoubleVector() const;
  std::vector<Tensor> toTensorVector() const;
  std::vector<std::optional<Tensor>> toOptionalTensorVector() const;
  // Typed looks at a list or dict, sharing it (containers.h).
  List<Value> toList() const;
  List<int64_t> toIntList() const;
  List<double> toDoubleList() const;
  List<bool> toBoolList() const;
  List<std::complex<double>> toComplexDoubleList() const;
  List<Tensor> toTensorList() const;
  List<std::optional<Tensor>> toOptionalTensorList() const;
  Dict<Value, Value> toGenericDict() const;
  /// The C++ object inside an object of a class that the program registered (custom_class.h).
  template <class T>
  intrusive_ptr<T> toCustomClass() const {
    return ValueTraits<intrusive_ptr<T>>::from(*this);
  }
  template <class T>
  std::optional<T> toOptional() const;
  template <class T>
  T to() const {
    return ValueTraits<T>::from(*this);
  }
  intrusive_ptr_target* payload() const { return counted_ ? p_.ref : nullptr; }

  TypePtr type() const;
  std::string tagKind() const;    // "Tensor", "Double", "Int", "GenericDict" ...
  bool is(const Value& o) const;  // Python's `is`
  bool isSameIdentity(const Value& o) const { return is(o); }
  /// Whether a change of one shows in the other: tensors on the same memory, the same container.
  bool isAliasOf(const Value& o) const;
  size_t use_count() const;  // of the object that it holds; 1 for plain values
  void swap(Value& o) noexcept { std::swap(*this, o); }
  /// With copies of all that it holds; what is shared inside stays shared.
  Value deepcopy() const;
  /// Calls `stop_at` for this value and all it holds, an object's attributes too, until that gives
  /// true. True when it did.
  bool visit(const std::function<bool(const Value&)>& stop_at) const;
  struct HashIdentity {
    size_t operator()(const Value& v) const;
  };
  struct SameIdentity {
    bool operator()(const Value& a, const Value& b) const { return a.isAliasOf(b); }
  };
  using HashAliasedIValues = std::unordered_set<Value, HashIdentity, SameIdentity>;
  using HashAliasedIValueMap = std::unordered_map<Value, Value, HashIdentity, SameIdentity>;
  /// Adds all that can be shared, itself included.
  void getSubValues(HashAliasedIValues& found) const;
  friend TL_API bool operator==(const Value& a,
                                const Value& b);  // Python's ==; tensors must be the same object
  friend bool operator!=(const Value& a, const Value& b) { return !(a == b); }
  size_t hash() const;  // of what a dict may have as key: int, float, bool, complex, str, Tensor
                        // (identity), tuple

 private:
  void expect(ValueTag t) const {
    if (tag_ != t) [[unlikely]]
      fail_kind(t);
  }
  [[noreturn]] void fail_kind(ValueTag expected) const;
  template <class T>
  intrusive_ptr<T> pointer(ValueTag t) const {
    expect(t);
    return intrusive_ptr<T>(reinterpret_cast<T*>(p_.ref));
  }
  // intrusive_ptr_target is the only base of every payload, so the pointers are the same.
  union Payload {
    int64_t i;
    double d;
    Device device;
    Tensor tensor;
    intrusive_ptr_target* ref;
    Payload() : i(0) {}
    ~Payload() {}  // Value knows which member lives
  } p_;
  ValueTag tag_ = ValueTag::None;
  bool counted_ = false;  // p_.ref lives and is not null (tensors count themselves)
};
TL_API const char* tag_name(ValueTag);

struct TL_API ListImpl : intrusive_ptr_target {
  TypePtr element;
  std::vector<Value> items;
  explicit ListImpl(TypePtr t = Type::get(TypeKind::Any), std::vector<Value> v = {})
      : element(std::move(t)), items(std::move(v)) {}
  ~ListImpl() override;
  size_t size() const { return items.size(); }
  bool empty() const { return items.empty(); }
  const Value& operator[](size_t i) const { return items[i]; }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  operator ArrayRef<Value>() const { return items; }
};
struct TupleElements : std::vector<Value> {
  using vector::vector;
  TupleElements(std::vector<Value> v) : vector(std::move(v)) {}
  const std::vector<Value>& vec() const { return *this; }
};
struct TL_API TupleImpl : intrusive_ptr_target {
  TupleElements items;
  TypePtr named;  // NamedTuple's type, or null
  explicit TupleImpl(std::vector<Value> v, TypePtr t = nullptr)
      : items(std::move(v)), named(std::move(t)) {}
  ~TupleImpl() override;
  static intrusive_ptr<TupleImpl> create(std::vector<Value> v) {
    return make_intrusive<TupleImpl>(std::move(v));
  }
  template <class... A>
    requires(sizeof...(A) > 0 && (std::is_constructible_v<Value, A> && ...))
  static intrusive_ptr<TupleImpl> create(A&&... a) {
    return create(std::vector<Value>{Value(std::forward<A>(a))...});
  }
  /// A NamedTuple: of a type with names for its elements.
  static intrusive_ptr<TupleImpl> createNamed(std::vector<Value> v, TypePtr t) {
    return make_intrusive<TupleImpl>(std::move(v), std::move(t));
  }
  const TupleElements& elements() const { return items; }
  void setElements(std::vector<Value> v) { items = std::move(v); }
  size_t size() const { return items.size(); }
};
/// Keeps the order of insertion, as Python's dict.
struct TL_API DictImpl : intrusive_ptr_target {
  TypePtr key, value;
  explicit DictImpl(TypePtr k = Type::get(TypeKind::Any), TypePtr v = Type::get(TypeKind::Any))
      : key(std::move(k)), value(std::move(v)) {}
  ~DictImpl() override;
  const std::vector<std::pair<Value, Value>>& entries() const { return entries_; }
  size_t size() const { return entries_.size(); }
  Value* find(const Value& k);  // null when absent
  size_t position(const Value& k) const {
    return index_.at(k);
  }  // of a key that is there, in entries()
  void insert_or_assign(Value k, Value v);  // throws TypeError on a key that cannot be hashed
  bool erase(const Value& k);
  void clear() {
    entries_.clear();
    index_.clear();
  }

 private:
  struct Hash {
    size_t operator()(const Value& v) const { return v.hash(); }
  };
  std::vector<std::pair<Value, Value>> entries_;
  std::unordered_map<Value, size_t, Hash> index_;
};

/// A class as a model file declares it. Built by one thread while loading, then only read.
struct TL_API ClassType : intrusive_ptr_target {
  std::string name;                      // "__torch__.M"
  std::vector<std::string> attributes;   // in slot order
  std::vector<TypePtr> attribute_types;  // as far as known
  std::vector<const Function*> methods;  // owned by the Module's code
  bool is_module = false;
  explicit ClassType(std::string n) : name(std::move(n)) {}
  int64_t find_attribute(std::string_view n) const;  // -1: none
  size_t add_attribute(std::string n, TypePtr type = nullptr);
  // PyTorch's names
  size_t numAttributes() const { return attributes.size(); }
  const std::string& getAttributeName(size_t i) const { return attributes.at(i); }
  std::optional<size_t> findAttributeSlot(std::string_view n) const {
    const int64_t i = find_attribute(n);
    return i < 0 ? std::nullopt : std::optional(size_t(i));
  }
  bool hasAttribute(std::string_view n) const { return find_attribute(n) >= 0; }
  /// Of a class written in C++ (custom_class.h): getMethod("push")({self, 1}). Throws when absent.
  const CustomMethod& getMethod(std::string_view method) const;
};
/// A class and where PyTorch would keep its code.
struct StrongTypePtr {
  StrongTypePtr(std::nullptr_t, intrusive_ptr<ClassType> t) : type_(std::move(t)) {}
  intrusive_ptr<ClassType> type_;
};
/// An object's attributes. PyTorch's programs write slots(), Tealight's own slots.
struct Slots : std::vector<Value> {
  using vector::vector;
  Slots(std::vector<Value> v) : vector(std::move(v)) {}
  const std::vector<Value>& operator()() const { return *this; }
};
struct TL_API ObjectImpl : intrusive_ptr_target {
  intrusive_ptr<ClassType> cls;
  Slots slots;
  explicit ObjectImpl(intrusive_ptr<ClassType> c)
      : cls(std::move(c)), slots(cls->attributes.size()) {}
  ~ObjectImpl() override;
  static intrusive_ptr<ObjectImpl> create(const StrongTypePtr& type, size_t n_slots) {
    auto object = make_intrusive<ObjectImpl>(type.type_);
    object->slots.resize(n_slots);
    return object;
  }
  const Value& attr(std::string_view n) const;  // throws when there is none
  const Value* find_attr(std::string_view n) const;
  void set_attr(std::string_view n, Value v);  // adds it when new
  // PyTorch's names
  const Value& getAttr(std::string_view n) const { return attr(n); }
  void setAttr(std::string_view n, Value v) { set_attr(n, std::move(v)); }
  const Value& getSlot(size_t i) const { return slots.at(i); }
  void setSlot(size_t i, Value v) { slots.at(i) = std::move(v); }
  const std::string& name() const { return cls->name; }
  const intrusive_ptr<ClassType>& type() const { return cls; }
};
struct TL_API EnumImpl : intrusive_ptr_target {
  std::string class_name, name;
  Value value;
  EnumImpl(std::string c, std::string n, Value v)
      : class_name(std::move(c)), name(std::move(n)), value(std::move(v)) {}
  ~EnumImpl() override;
};

template <>
inline Tensor Value::to<Tensor>() const {
  return toTensor();
}
template <>
inline double Value::to<double>() const {
  return toDouble();
}
template <>
inline int64_t Value::to<int64_t>() const {
  return toInt();
}
template <>
inline int Value::to<int>() const {
  return int(toInt());
}
template <>
inline bool Value::to<bool>() const {
  return toBool();
}
template <>
inline Scalar Value::to<Scalar>() const {
  return toScalar();
}
template <>
inline std::string Value::to<std::string>() const {
  return toStringRef();
}
template <>
inline Value Value::to<Value>() const {
  return *this;
}
template <>
inline ScalarType Value::to<ScalarType>() const {
  return toScalarType();
}
template <>
inline MemoryFormat Value::to<MemoryFormat>() const {
  return toMemoryFormat();
}
template <>
inline Layout Value::to<Layout>() const {
  return toLayout();
}
template <>
inline Device Value::to<Device>() const {
  return toDevice();
}
template <>
inline std::complex<double> Value::to<std::complex<double>>() const {
  return toScalar().toComplexDouble();
}
template <>
inline std::vector<int64_t> Value::to<std::vector<int64_t>>() const {
  return toIntVector();
}
template <>
inline DimVector Value::to<DimVector>() const {
  return toDimVector();
}
template <>
inline std::vector<double> Value::to<std::vector<double>>() const {
  return toDoubleVector();
}
template <>
inline std::vector<bool> Value::to<std::vector<bool>>() const {
  return toBoolVector();
}
template <>
inline std::vector<Tensor> Value::to<std::vector<Tensor>>() const {
  return toTensorVector();
}
template <class T>
std::optional<T> Value::toOptional() const {
  if (isNone()) return std::nullopt;
  return to<T>();
}

inline Generator::Generator(const Value& v) : impl_(v.isNone() ? nullptr : v.payload()) {
  TL_CHECK(v.isNone() || v.isGenerator(), "Expected Generator but got ", v.tagKind());
}
inline Generator Value::toGenerator() const { return Generator(*this); }
inline Value Generator::value() const {
  return impl_ ? Value(ValueTag::Generator, impl_) : Value();
}

inline Value make_list(TypePtr element, std::vector<Value> items = {}) {
  return Value(make_intrusive<ListImpl>(std::move(element), std::move(items)));
}
inline Value make_tuple_value(std::vector<Value> items) {
  return Value(make_intrusive<TupleImpl>(std::move(items)));
}

TL_API std::ostream& operator<<(std::ostream&, const Value&);  // as libtorch prints an IValue
/// As Python prints it: strings in quotes, True, None, tensor([7.]), [1, 2], {'a': 1}, (1,).
TL_API std::string repr(const Value&);
/// str() of a value as TorchScript's aten::str and aten::format write it.
TL_API std::string to_python_str(const Value&);

}  // namespace tealight

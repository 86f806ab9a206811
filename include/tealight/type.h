// Types of values: what schemas, containers and TorchScript speak of.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tealight/error.h"
#include "tealight/intrusive_ptr.h"

namespace tealight {

struct ClassType;

enum class TypeKind : uint8_t {
  Any,
  None,
  Tensor,
  Int,
  Float,
  Complex,
  Bool,
  Number /* Scalar */,
  String,
  Device,
  Generator,
  Stream,
  Storage,
  QScheme,
  Layout,
  ScalarType,
  MemoryFormat,  // ints with a name, in schemas
  List,
  Dict,
  Tuple,
  Optional,
  Union,
  Future,
  RRef,
  Class,
  Enum,
  Capsule,
  Var /* t in a schema */,
  Function,
  Interface,
  // PyTorch's names
  AnyType = Any,
  NoneType = None,
  TensorType = Tensor,
  IntType = Int,
  FloatType = Float,
  ComplexType = Complex,
  BoolType = Bool,
  NumberType = Number,
  StringType = String,
  DeviceObjType = Device,
  GeneratorType = Generator,
  ListType = List,
  DictType = Dict,
  TupleType = Tuple,
  OptionalType = Optional,
  ClassType = Class,
  EnumType = Enum,
};

struct Type;
using TypePtr = std::shared_ptr<const Type>;

/// Immutable; shared. `List[int]` has kind List and one child.
struct TL_API Type {
  TypeKind kind;
  std::vector<TypePtr> children;         // List, Optional, Future: 1; Dict: 2; Tuple, Union: n
  std::string name;                      // Class, Enum, NamedTuple, Var: the (qualified) name
  std::vector<std::string> field_names;  // NamedTuple
  intrusive_ptr<ClassType> cls;          // Class, once it is known

  const TypePtr& element() const { return children[0]; }  // List, Optional, Future
  std::string str() const;         // as a schema: "Tensor[]", "int?", "Dict(str, int)"
  std::string annotation() const;  // as Python: "List[Tensor]", "Optional[int]", "Dict[str, int]"
  std::string repr_str() const { return annotation(); }
  std::string annotation_str() const { return annotation(); }
  bool is(TypeKind k) const { return kind == k; }

  // PyTorch's names. type->cast<c10::ListType>()->getElementType()
  const TypePtr& getElementType() const { return children.at(0); }
  const TypePtr& getKeyType() const { return children.at(0); }
  const TypePtr& getValueType() const { return children.at(1); }
  const std::vector<TypePtr>& elements() const { return children; }
  const std::vector<TypePtr>& containedTypes() const { return children; }
  bool isSubtypeOf(const Type& other) const;
  bool isSubtypeOf(const TypePtr& other) const { return isSubtypeOf(*other); }
  /// This type when it is of T's kind, else null. A class comes as its ClassType.
  template <class T>
  auto cast() const {
    if constexpr (std::is_same_v<T, ClassType>)
      return is(TypeKind::Class) ? cls : nullptr;
    else
      return is(T::Kind) ? this : nullptr;
  }
  /// The same; throws instead.
  template <class T>
  auto expect() const {
    auto t = cast<T>();
    TL_CHECK(t, "the type ", str(), " is of another kind than expected");
    return t;
  }

  static TypePtr get(TypeKind);  // of kinds without children, shared
  static TypePtr list(TypePtr element);
  static TypePtr dict(TypePtr key, TypePtr value);
  static TypePtr tuple(std::vector<TypePtr> elements);
  static TypePtr named_tuple(std::string name, std::vector<std::string> fields,
                             std::vector<TypePtr> elements);
  static TypePtr optional(TypePtr element);
  static TypePtr future(TypePtr element);
  static TypePtr named(TypeKind, std::string name);  // Class, Enum, Var, ...
  static TypePtr make(Type);
};
TL_API bool operator==(const Type& a, const Type& b);  // same structure and names
TL_API bool is_subtype(const Type& a, const Type& b);
inline bool Type::isSubtypeOf(const Type& other) const { return is_subtype(*this, other); }
TL_API std::ostream& operator<<(std::ostream&, const Type&);

/// Reads Python's form ("Optional[List[int]]") and the schema's ("int[]?") alike. Throws Error with
/// the position. Names that start with "__torch__." become Class types; alias marks "(a!)" are
/// skipped.
TL_API TypePtr parse_type(std::string_view text);

}  // namespace tealight

// libtorch's names for what Tealight has: at::Tensor is tealight::Tensor, c10::IValue is
// tealight::Value. Every header under include/{torch,ATen,c10,caffe2} leads here or to one of its
// parts; nothing in them wraps anything.
#pragma once
#include <algorithm>
#include <cctype>

#include "tealight/autograd.h"
#include "tealight/guards.h"
#include "tealight/library.h"
#include "tealight/observer.h"
#include "tealight/tealight.h"
#include "tealight/torch_macros.h"

namespace tealight {

// Names that are the same in at::, c10:: and torch::.
using IValue = Value;
using Dtype = ScalarType;
using std::in_place;
using std::make_optional;
using std::nullopt;
using std::nullopt_t;
using std::optional;
using std::string_view;
using Variable = Tensor;
using DeviceIndex = int8_t;
using CustomClassHolder = intrusive_ptr_target;
using Stack = std::vector<Value>;
constexpr ScalarType kU8 = kByte, kI8 = kChar, kI16 = kShort, kI32 = kInt, kI64 = kLong,
                     kF16 = kHalf, kF32 = kFloat, kF64 = kDouble;

namespace ivalue {
using Tuple = TupleImpl;
using Object = ObjectImpl;
using EnumHolder = EnumImpl;
using ConstantString = StringImpl;
using TupleElements = tealight::TupleElements;
}  // namespace ivalue

/// for (auto i : irange(n)), irange(first, last)
template <class T>
class IntegerRange {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = T;
    explicit iterator(T v) : v_(v) {}
    T operator*() const { return v_; }
    iterator& operator++() {
      ++v_;
      return *this;
    }
    iterator operator++(int) { return iterator(v_++); }
    friend bool operator==(iterator a, iterator b) { return a.v_ == b.v_; }

   private:
    T v_;
  };
  IntegerRange(T first, T last) : first_(first), last_(last < first ? first : last) {}
  iterator begin() const { return iterator(first_); }
  iterator end() const { return iterator(last_); }

 private:
  T first_, last_;
};
template <class T>
IntegerRange<T> irange(T n) {
  return {T(0), n};
}
template <class A, class B>
IntegerRange<B> irange(A first, B last) {
  return {B(first), last};
}

// c10's types, as far as programs name them.
template <TypeKind kind>
struct SingletonType {
  static constexpr TypeKind Kind = kind;
  static TypePtr get() { return Type::get(kind); }
};
using AnyType = SingletonType<TypeKind::Any>;
using NoneType = SingletonType<TypeKind::None>;
using TensorType = SingletonType<TypeKind::Tensor>;
using IntType = SingletonType<TypeKind::Int>;
using FloatType = SingletonType<TypeKind::Float>;
using ComplexType = SingletonType<TypeKind::Complex>;
using BoolType = SingletonType<TypeKind::Bool>;
using NumberType = SingletonType<TypeKind::Number>;
using StringType = SingletonType<TypeKind::String>;
using DeviceObjType = SingletonType<TypeKind::Device>;
using GeneratorType = SingletonType<TypeKind::Generator>;
using CapsuleType = SingletonType<TypeKind::Capsule>;
using ListTypePtr = TypePtr;
using DictTypePtr = TypePtr;
using TupleTypePtr = TypePtr;
using OptionalTypePtr = TypePtr;
using TensorTypePtr = TypePtr;
using ClassTypePtr = intrusive_ptr<ClassType>;
struct ListType {
  static constexpr TypeKind Kind = TypeKind::List;
  static TypePtr create(TypePtr element) { return Type::list(std::move(element)); }
  static TypePtr ofTensors() { return create(TensorType::get()); }
  static TypePtr ofInts() { return create(IntType::get()); }
  static TypePtr ofFloats() { return create(FloatType::get()); }
  static TypePtr ofBools() { return create(BoolType::get()); }
  static TypePtr ofStrings() { return create(StringType::get()); }
};
struct DictType {
  static constexpr TypeKind Kind = TypeKind::Dict;
  static TypePtr create(TypePtr key, TypePtr value) {
    return Type::dict(std::move(key), std::move(value));
  }
};
struct TupleType {
  static constexpr TypeKind Kind = TypeKind::Tuple;
  static TypePtr create(std::vector<TypePtr> elements) { return Type::tuple(std::move(elements)); }
  static TypePtr createNamed(const std::string& name, std::vector<std::string> fields,
                             std::vector<TypePtr> elements) {
    return Type::named_tuple(name, std::move(fields), std::move(elements));
  }
};
struct OptionalType {
  static constexpr TypeKind Kind = TypeKind::Optional;
  static TypePtr create(TypePtr element) { return Type::optional(std::move(element)); }
  static TypePtr ofTensor() { return create(TensorType::get()); }
};
namespace detail {
inline Generator createCPUGenerator(uint64_t seed = 67280421310721) { return make_generator(seed); }
inline Generator& getDefaultCPUGenerator() { return default_generator(); }
}  // namespace detail
template <class T>
TypePtr getTypePtr() {
  return type_of<T>();
}
constexpr QScheme kPerTensorAffine = QScheme::per_tensor_affine,
                  kPerChannelAffine = QScheme::per_channel_affine,
                  kPerTensorSymmetric = QScheme::per_tensor_symmetric,
                  kPerChannelSymmetric = QScheme::per_channel_symmetric,
                  kPerChannelAffineFloatQParams = QScheme::per_channel_affine_float_qparams;
template <class T>
using CppTypeToScalarType = dtype_of<T>;
/// Along one dimension: in var(x, 0) the number is neither a bool nor a list.
inline Tensor var(const Tensor& self, int dim) { return var(self, IntArrayRef{dim}); }
inline Tensor std(const Tensor& self, int dim) { return tealight::std(self, IntArrayRef{dim}); }
inline std::tuple<Tensor, Tensor> var_mean(const Tensor& self, int dim) {
  return var_mean(self, IntArrayRef{dim});
}
inline std::tuple<Tensor, Tensor> std_mean(const Tensor& self, int dim) {
  return std_mean(self, IntArrayRef{dim});
}
using TensorBase = Tensor;
inline std::string DeviceTypeName(DeviceType d, bool lower_case = false) {
  std::string name = str(d);
  if (!lower_case)
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return char(std::toupper(c)); });
  return name;
}

/// PyTorch's early names for a dtype, a layout and a device in one.
enum class Backend : uint8_t { CPU, CUDA, SparseCPU, SparseCUDA, Undefined };
inline DeprecatedTypeProperties getDeprecatedTypeProperties(Backend b, ScalarType t) {
  const bool sparse = b == Backend::SparseCPU || b == Backend::SparseCUDA;
  const bool cuda = b == Backend::CUDA || b == Backend::SparseCUDA;
  return {t, sparse ? kSparse : kStrided, cuda ? kCUDA : kCPU};
}
template <class T>
ArrayRef<T> makeArrayRef(const std::vector<T>& v) {
  return v;
}
template <class T>
ArrayRef<T> makeArrayRef(const T* data, size_t n) {
  return {data, n};
}
template <class C>
std::string Join(const std::string& between, const C& items) {
  std::string out;
  bool first = true;
  for (const auto& item : items) out += (std::exchange(first, false) ? "" : between) + str(item);
  return out;
}
inline ScalarType typeMetaToScalarType(TypeMeta t) { return t; }
inline TypeMeta scalarTypeToTypeMeta(ScalarType t) { return TypeMeta(t); }
inline std::string toString(ScalarType t) { return std::string(dtype_name(t)); }
inline size_t elementSize(ScalarType t) { return element_size(t); }
inline bool isIntegralType(ScalarType t, bool with_bool = false) {
  return is_integral(t, with_bool);
}
inline bool isFloatingType(ScalarType t) { return is_floating(t); }
inline bool isComplexType(ScalarType t) { return is_complex(t); }
inline bool isQIntType(ScalarType t) { return is_quantized(t); }
inline ScalarType promoteTypes(ScalarType a, ScalarType b) { return promote_types(a, b); }
inline bool canCast(ScalarType from, ScalarType to) { return can_cast(from, to); }

}  // namespace tealight

namespace caffe2 {
using TypeMeta = tealight::TypeMeta;
}

namespace c10 {
using namespace tealight;
using Argument = tealight::TorchArgument;
using FunctionSchema = tealight::TorchSchema;
using std::complex;
using MaybeOwnedTensor = tealight::Tensor;
/// Which of PyTorch's dispatch keys a thread includes: what InferenceMode says, in its terms.
struct DispatchKeySet {
  DispatchKey key;
};
constexpr DispatchKeySet autograd_dispatch_keyset{DispatchKey::Autograd};
namespace impl {
inline bool tls_is_dispatch_keyset_excluded(DispatchKeySet s) {
  return s.key == DispatchKey::Autograd && InferenceMode::is_enabled();
}
inline bool tls_is_dispatch_keyset_included(DispatchKeySet s) {
  return s.key == DispatchKey::ADInplaceOrView && !InferenceMode::is_enabled();
}
inline bool tls_is_dispatch_key_excluded(DispatchKey k) {
  return tls_is_dispatch_keyset_excluded({k});
}
inline bool tls_is_dispatch_key_included(DispatchKey k) {
  return tls_is_dispatch_keyset_included({k});
}
using GenericList = tealight::List<tealight::Value>;
using GenericDict = tealight::Dict<tealight::Value, tealight::Value>;
inline GenericList toGenericList(const tealight::Value& v) { return v.toList(); }
template <class T>
GenericList toList(const tealight::List<T>& v) {
  return GenericList(v.impl());
}
template <class T>
tealight::List<T> toTypedList(const GenericList& v) {
  const TypePtr wanted = type_of<T>();
  TL_CHECK(is_subtype(*v.elementType(), *wanted), "Tried to cast a List<", *v.elementType(),
           "> to a List<", *wanted, ">. Types mismatch.");
  return tealight::List<T>(v.impl());
}
template <class K, class V>
GenericDict toGenericDict(const tealight::Dict<K, V>& v) {
  return GenericDict(v.impl());
}
template <class K, class V>
tealight::Dict<K, V> toTypedDict(const GenericDict& v) {
  const TypePtr key = type_of<K>(), value = type_of<V>();
  TL_CHECK(is_subtype(*v.keyType(), *key) && is_subtype(*v.valueType(), *value),
           "Tried to cast a Dict<", *v.keyType(), ", ", *v.valueType(), "> to a Dict<", *key, ", ",
           *value, ">. Types mismatch.");
  return tealight::Dict<K, V>(v.impl());
}
}  // namespace impl
namespace util {
using tealight::str;
}
}  // namespace c10

namespace at {
using namespace tealight;
/// Calls fn(b, e) for pieces of [begin, end) on several threads.
template <class F>
void parallel_for(int64_t begin, int64_t end, int64_t grain_size, const F& fn) {
  tealight::parallel_for_pieces(begin, end, grain_size, fn);
}
/// combine() of fn(b, e, identity) for pieces of [begin, end), whose number depends on `grain_size`
/// only.
template <class T, class F, class Combine>
T parallel_reduce(int64_t begin, int64_t end, int64_t grain_size, T identity, const F& fn,
                  const Combine& combine) {
  const int64_t grain = std::max<int64_t>(grain_size, 1);
  const int64_t pieces = end > begin ? (end - begin + grain - 1) / grain : 0;
  std::vector<T> parts(size_t(pieces), identity);
  parallel_for(0, pieces, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t from = begin + i * grain;
      parts[size_t(i)] = fn(from, std::min(from + grain, end), identity);
    }
  });
  T result = identity;
  for (const T& part : parts) result = combine(result, part);
  return result;
}
/// Unlike torch::tensor, at::tensor has the dtype of the C++ type, and one dimension even for one
/// number.
template <class T>
Tensor tensor(ArrayRef<T> values, const TensorOptions& options = {}) {
  const tealight::detail::TensorDataContainer data(values);
  return data.make(options.has_dtype() ? options : options.dtype(data.scalar_type()));
}
template <class T>
Tensor tensor(std::initializer_list<T> values, const TensorOptions& options = {}) {
  return at::tensor(ArrayRef<T>(values), options);
}
template <class T>
Tensor tensor(const std::vector<T>& values, const TensorOptions& options = {}) {
  return at::tensor(ArrayRef<T>(values), options);
}
template <class T>
  requires requires { dtype_of<T>::value; }
Tensor tensor(T value, const TensorOptions& options = {}) {
  return at::tensor(ArrayRef<T>(value), options);
}
inline bool hasCUDA() { return false; }
inline bool hasMPS() { return false; }
inline bool hasMKL() { return false; }
inline const Generator& getDefaultCPUGenerator() { return tealight::default_generator(); }
inline void init_num_threads() {}
inline int get_num_interop_threads() { return 1; }
inline void set_num_interop_threads(int) {}
namespace native {
inline bool is_nonzero(const Tensor& t) { return t.is_nonzero(); }
}  // namespace native
}  // namespace at

namespace torch {
using namespace tealight;
using at::get_num_interop_threads;
using at::init_num_threads;
using at::parallel_for;
using at::set_num_interop_threads;
// Without the rest of tealight: programs say `using namespace torch::autograd` and mean its
// Function.
namespace autograd {
using namespace tealight::autograd;
using tealight::AutoGradMode;
using tealight::GradMode;
using tealight::InferenceMode;
using tealight::NoGradGuard;
using Variable = tealight::Tensor;
}  // namespace autograd
namespace cuda {
inline bool is_available() { return false; }
inline int device_count() { return 0; }
}  // namespace cuda
namespace jit {
using namespace tealight;
using ExtraFilesMap = std::unordered_map<std::string, std::string>;

using c10::Argument;
using c10::FunctionSchema;
inline FunctionSchema parseSchema(std::string_view text) { return parse_schema(text); }

inline ArrayRef<Value> last(const Stack& stack, size_t n) {
  return ArrayRef(stack).slice(stack.size() - n);
}
inline Value pop(Stack& stack) {
  Value v = std::move(stack.back());
  stack.pop_back();
  return v;
}
inline void drop(Stack& stack, size_t n) { stack.resize(stack.size() - n); }
inline Value& peek(Stack& stack, size_t i, size_t n) { return stack[stack.size() - n + i]; }
template <class... T>
void push(Stack& stack, T&&... v) {
  (stack.emplace_back(std::forward<T>(v)), ...);
}
/// A C++ result as values: each element of a tuple.
template <class T>
void pack(Stack& stack, T&& v) {
  stack.emplace_back(std::forward<T>(v));
}
template <class... T>
void pack(Stack& stack, std::tuple<T...>&& v) {
  std::apply([&](auto&... x) { push(stack, std::move(x)...); }, v);
}
/// The first argument's position of the last T values: pop(stack, a, b) takes b from the top.
template <class... T>
void pop(Stack& stack, T&... v) {
  size_t i = stack.size() - sizeof...(T);
  ((v = stack[i++].template to<T>()), ...);
  drop(stack, sizeof...(T));
}
namespace script {
using namespace torch::jit;
}
}  // namespace jit
namespace script {
using namespace torch::jit;
}
}  // namespace torch

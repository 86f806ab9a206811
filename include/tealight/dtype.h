// Element types, with PyTorch's numbers: model files and user code store them as plain ints.
#pragma once
#include <complex>
#include <cstdint>
#include <ostream>
#include <string_view>

#include "tealight/error.h"

namespace tealight {

// X(C++ type, PyTorch's name, Python's name), in the order of their numbers
#define TL_FORALL_DTYPES(X)                            \
  X(uint8_t, Byte, "uint8")                            \
  X(int8_t, Char, "int8")                              \
  X(int16_t, Short, "int16")                           \
  X(int32_t, Int, "int32")                             \
  X(int64_t, Long, "int64")                            \
  X(Half, Half, "float16")                             \
  X(float, Float, "float32")                           \
  X(double, Double, "float64")                         \
  X(std::complex<Half>, ComplexHalf, "complex32")      \
  X(std::complex<float>, ComplexFloat, "complex64")    \
  X(std::complex<double>, ComplexDouble, "complex128") \
  X(bool, Bool, "bool")                                \
  X(qint8, QInt8, "qint8")                             \
  X(quint8, QUInt8, "quint8")                          \
  X(qint32, QInt32, "qint32")                          \
  X(BFloat16, BFloat16, "bfloat16")                    \
  X(quint4x2, QUInt4x2, "quint4x2")                    \
  X(quint2x4, QUInt2x4, "quint2x4")

enum class ScalarType : int8_t {
#define X(type, name, python) name,
  TL_FORALL_DTYPES(X)
#undef X
      Undefined,
  NumOptions,
};
using DType = ScalarType;

constexpr ScalarType kByte = ScalarType::Byte, kChar = ScalarType::Char, kShort = ScalarType::Short,
                     kInt = ScalarType::Int, kLong = ScalarType::Long, kHalf = ScalarType::Half,
                     kFloat = ScalarType::Float, kDouble = ScalarType::Double,
                     kBool = ScalarType::Bool, kBFloat16 = ScalarType::BFloat16,
                     kComplexHalf = ScalarType::ComplexHalf,
                     kComplexFloat = ScalarType::ComplexFloat,
                     kComplexDouble = ScalarType::ComplexDouble, kQInt8 = ScalarType::QInt8,
                     kQUInt8 = ScalarType::QUInt8, kQInt32 = ScalarType::QInt32,
                     kQUInt4x2 = ScalarType::QUInt4x2, kQUInt2x4 = ScalarType::QUInt2x4,
                     kUInt8 = kByte, kInt8 = kChar, kInt16 = kShort, kInt32 = kInt, kInt64 = kLong,
                     kFloat16 = kHalf, kFloat32 = kFloat, kFloat64 = kDouble;

/// Bytes of one element; 4- and 2-bit types count as one byte (they are packed by their last
/// dimension).
constexpr size_t element_size(ScalarType t) {
  constexpr uint8_t sizes[] = {1, 1, 2, 4, 8, 2, 4, 8, 4, 8, 16, 1, 1, 1, 4, 2, 1, 1, 0, 0};
  return sizes[size_t(t)];
}
constexpr bool is_quantized(ScalarType t) {
  return t == kQInt8 || t == kQUInt8 || t == kQInt32 || t == kQUInt4x2 || t == kQUInt2x4;
}
constexpr bool is_floating(ScalarType t) {
  return t == kFloat || t == kDouble || t == kHalf || t == kBFloat16;
}
constexpr bool is_complex(ScalarType t) {
  return t == kComplexFloat || t == kComplexDouble || t == kComplexHalf;
}
constexpr bool is_integral(ScalarType t, bool with_bool = true) {
  return (t >= kByte && t <= kLong) || (with_bool && t == kBool);
}
constexpr bool is_valid_dtype(int64_t n) { return n >= 0 && n < int64_t(ScalarType::Undefined); }

TL_API std::string_view dtype_name(ScalarType);         // "Float": PyTorch's C++ name
TL_API std::string_view python_name(ScalarType);        // "float32"
TL_API ScalarType dtype_from_python(std::string_view);  // Undefined when there is no such name
TL_API std::ostream& operator<<(std::ostream&, ScalarType);

/// The common type of two tensors of equal rank (torch.promote_types). Quantized types only with
/// themselves.
TL_API ScalarType promote_types(ScalarType, ScalarType);
/// Whether a result of type `from` may be written to a tensor of type `to` (torch.can_cast).
TL_API bool can_cast(ScalarType from, ScalarType to);
/// float32 for complex64 and so on; itself for the others.
constexpr ScalarType to_real_dtype(ScalarType t) {
  return t == kComplexFloat    ? kFloat
         : t == kComplexDouble ? kDouble
         : t == kComplexHalf   ? kHalf
                               : t;
}
constexpr ScalarType to_complex_dtype(ScalarType t) {
  return t == kDouble || t == kComplexDouble ? kComplexDouble
         : t == kHalf || t == kComplexHalf   ? kComplexHalf
                                             : kComplexFloat;
}

enum class Layout : int8_t { Strided, Sparse, SparseCsr, Mkldnn };
constexpr Layout kStrided = Layout::Strided, kSparse = Layout::Sparse;
enum class MemoryFormat : int8_t { Contiguous, Preserve, ChannelsLast, ChannelsLast3d };
TL_API std::ostream& operator<<(std::ostream&, Layout);
TL_API std::ostream& operator<<(std::ostream&, MemoryFormat);

enum class DeviceType : int8_t {
  CPU = 0,
  CUDA = 1,
  MKLDNN = 2,
  OPENGL = 3,
  OPENCL = 4,
  IDEEP = 5,
  HIP = 6,
  XLA = 9,
  Vulkan = 10,
  Metal = 11,
  XPU = 12,
  MPS = 13,
  Meta = 14,
  HPU = 15,
};
TL_API std::ostream& operator<<(std::ostream&, DeviceType);
/// Where a tensor lives. Only the CPU computes here; other names are kept so that old files and
/// programs can be read.
struct Device {
  DeviceType kind = DeviceType::CPU;
  int8_t number = -1;
  constexpr Device() = default;
  constexpr Device(DeviceType t, int8_t i = -1) : kind(t), number(i) {}
  TL_API Device(std::string_view name);  // "cpu", "cuda:0", "vulkan"; throws on other names
  Device(const char* name) : Device(std::string_view(name)) {}
  Device(const std::string& name) : Device(std::string_view(name)) {}
  DeviceType type() const { return kind; }
  int8_t index() const { return number; }
  bool has_index() const { return number >= 0; }
  bool is_cpu() const { return kind == DeviceType::CPU; }
  bool is_cuda() const { return kind == DeviceType::CUDA; }
  bool is_mps() const { return kind == DeviceType::MPS; }
  bool is_meta() const { return kind == DeviceType::Meta; }
  void set_index(int8_t i) { number = i; }
  TL_API std::string str() const;
  friend bool operator==(const Device&, const Device&) = default;
};
TL_API std::ostream& operator<<(std::ostream&, const Device&);
constexpr DeviceType kCPU = DeviceType::CPU, kCUDA = DeviceType::CUDA, kHIP = DeviceType::HIP,
                     kXLA = DeviceType::XLA, kVulkan = DeviceType::Vulkan,
                     kMetal = DeviceType::Metal, kXPU = DeviceType::XPU, kMPS = DeviceType::MPS,
                     kMeta = DeviceType::Meta, kHPU = DeviceType::HPU;

// Storage-only element types of quantized tensors.
struct qint8 {
  using underlying = int8_t;
  int8_t val_;
};
struct quint8 {
  using underlying = uint8_t;
  uint8_t val_;
};
struct qint32 {
  using underlying = int32_t;
  int32_t val_;
};
struct quint4x2 {
  using underlying = uint8_t;
  uint8_t val_;
};
struct quint2x4 {
  using underlying = uint8_t;
  uint8_t val_;
};

struct Half;
struct BFloat16;

/// kFloat for float, and so on.
template <class T>
struct dtype_of;
#define X(type, name, python)                             \
  template <>                                             \
  struct dtype_of<type> {                                 \
    static constexpr ScalarType value = ScalarType::name; \
  };
TL_FORALL_DTYPES(X)
#undef X

/// What Tensor::dtype() gives, as libtorch's does: a ScalarType with a C++ type's name.
class TypeMeta {
 public:
  constexpr TypeMeta() = default;
  constexpr explicit TypeMeta(ScalarType t) : type_(t) {}
  template <class T>
  static constexpr TypeMeta Make() {
    return TypeMeta(dtype_of<T>::value);
  }
  static constexpr TypeMeta fromScalarType(ScalarType t) { return TypeMeta(t); }
  constexpr operator ScalarType() const { return type_; }
  constexpr ScalarType toScalarType() const { return type_; }
  constexpr size_t itemsize() const { return element_size(type_); }
  template <class T>
  constexpr bool Match() const {
    return type_ == dtype_of<T>::value;
  }
  TL_API std::string_view name() const;  // "float", "long int"
  friend constexpr bool operator==(TypeMeta a, TypeMeta b) { return a.type_ == b.type_; }
  friend constexpr bool operator==(TypeMeta a, ScalarType b) { return a.type_ == b; }

 private:
  ScalarType type_ = ScalarType::Undefined;
};
inline std::ostream& operator<<(std::ostream& out, TypeMeta t) { return out << t.name(); }

/// What factories give where no dtype is asked for, and what integers become where a floating-point
/// number is wanted. float32 at first; one for the process.
TL_API ScalarType get_default_dtype_as_scalartype() noexcept;
inline TypeMeta get_default_dtype() noexcept { return TypeMeta(get_default_dtype_as_scalartype()); }
TL_API void set_default_dtype(TypeMeta) noexcept;
TL_API ScalarType get_default_complex_dtype() noexcept;

}  // namespace tealight

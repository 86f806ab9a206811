// Between numbers, strings, tensors, and the codes of dtypes and devices.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/tensor_watcher.h"
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/linear/nested.h"
#include "ops/script/script.h"
#include "tealight/ops.h"

namespace tealight {

namespace script {

bool bool_of(const Tensor& t) {
  TL_CHECK(t.numel() == 1, "Boolean value of Tensor with ",
           t.numel() == 0 ? "no values" : "more than one value", " is ambiguous");
  return t.item().toBool();
}

Tensor number_tensor(const Scalar& s) { return scalar_tensor(s, s.type()); }

namespace {

Value number_at(const std::byte* at, ScalarType t) {
  switch (t) {
    case kLong:
      return Value(*reinterpret_cast<const int64_t*>(at));
    case kBool:
      return Value(*reinterpret_cast<const bool*>(at));
    case kFloat:
      return Value(*reinterpret_cast<const float*>(at));
    case kDouble:
      return Value(*reinterpret_cast<const double*>(at));
    case kComplexFloat:
      return Value(std::complex<double>(*reinterpret_cast<const std::complex<float>*>(at)));
    default:
      return Value(*reinterpret_cast<const std::complex<double>*>(at));
  }
}

Value nested_list(const Tensor& t, const std::byte* at, size_t dim, const TypePtr& type) {
  const Fact& f = t.fact();
  if (dim == f.sizes.size()) return number_at(at, f.dtype);
  std::vector<Value> items;
  items.reserve(size_t(f.sizes[dim]));
  for (int64_t i = 0; i < f.sizes[dim]; ++i)
    items.push_back(
        nested_list(t, at + i * f.strides[dim] * int64_t(f.itemsize()), dim + 1, type->element()));
  return make_list(type->element(), std::move(items));
}

// The dtype that a list of these elements comes from; narrower floats are widened first.
bool fits(const Tensor& t, TypeKind element) {
  switch (element) {
    case TypeKind::Int:
      return t.scalar_type() == kLong;
    case TypeKind::Bool:
      return t.scalar_type() == kBool;
    case TypeKind::Float:
      return t.is_floating_point();
    default:
      return t.is_complex();
  }
}

}  // namespace

Value to_list(const Tensor& t, int64_t dim, int64_t element) {
  constexpr TypeKind kKinds[] = {TypeKind::Int, TypeKind::Float, TypeKind::Bool, TypeKind::Complex};
  TL_CHECK(element >= 0 && element < 4,
           "Unsupported element type for tolist; only int, float, complex and bool are supported");
  const TypeKind kind = kKinds[element];
  TL_CHECK(
      fits(t, kind),
      "Output annotation element type and runtime tensor element type must match for tolist()");
  TL_CHECK(dim == t.dim(),
           "Output annotation list dimension and runtime tensor dimension must match for tolist()");
  if (TensorWatcher* w = tensor_watcher()) w->read(t);
  check_size(size_t(t.numel()), sizeof(Value));
  TypePtr type = Type::get(kind);
  for (int64_t d = 0; d < dim; ++d) type = Type::list(type);
  const bool narrow = t.scalar_type() == kHalf || t.scalar_type() == kBFloat16;
  const Tensor plain = narrow ? converted(t, kFloat) : t;
  return nested_list(plain, plain.as<std::byte>(), 0, type);
}

}  // namespace script

namespace ops {
namespace {

// ---- text to numbers

int64_t int_of_text(const std::string& text) {
  const char* first = text.data();
  const char* last = first + text.size();
  while (first < last && std::isspace(uint8_t(*first))) ++first;
  if (first < last && *first == '+') ++first;
  int64_t value = 0;
  const auto [end, status] = std::from_chars(first, last, value);
  if (status != std::errc() || end != last)
    throw ValueError(str("invalid literal for int() with base 10: '", text, "'"));
  return value;
}

double float_of_text(const std::string& text) {
  const char* first = text.data();
  const char* last = first + text.size();
  while (first < last && std::isspace(uint8_t(*first))) ++first;
  if (first < last && *first == '+') ++first;
  double value = 0;
  const auto [end, status] = std::from_chars(first, last, value);
  if (first == last || status != std::errc() || end != last)
    throw ValueError(str("could not convert string to float: '", text, "'"));
  return value;
}

std::string digits(int64_t v, int base, const char* prefix) {
  char text[80];
  const uint64_t size = v < 0 ? 0 - uint64_t(v) : uint64_t(v);
  const auto end = std::to_chars(text, text + sizeof text, size, base);
  return (v < 0 ? "-" : "") + (prefix + std::string(text, end.ptr));
}

// ---- numbers

int64_t int_of(const Value& v) {
  if (v.isInt()) return v.toInt();
  const Scalar s = v.toScalar();
  if (!s.isFloatingPoint()) return s.toLong();
  const double d = s.toDouble();
  TL_CHECK(d >= -0x1p63 && d < 0x1p63, "cannot convert float ", std::isnan(d) ? "NaN" : "infinity",
           " to integer");
  return int64_t(d);
}
// PyTorch goes by way of a float32.
double float_of_int(int64_t v) { return float(v); }

Value complex_of(const Value& re, const Value& im) {
  return std::complex<double>(re.toScalar().toDouble(), im.toScalar().toDouble());
}
double real_item(const Value& v) {
  return v.isTensor() ? v.toTensor().item().toDouble() : v.toScalar().toDouble();
}
Value complex_of_tensors(const Value& re, const Value& im) {
  return std::complex<double>(real_item(re), real_item(im));
}

// ---- tensors to numbers

int64_t int_item(const Tensor& t) { return int_of(Value(t.item())); }
Value implicit_item(const Tensor& t) {
  TL_CHECK(!t.requires_grad(), "Cannot input a tensor that requires grad as a scalar argument");
  TL_CHECK(t.dim() == 0, "Cannot input a tensor of dimension other than 0 as a scalar argument");
  return t.item();
}
int64_t int_implicit(const Tensor& t) {
  const Value v = implicit_item(t);
  TL_CHECK(is_integral(t.scalar_type(), false), "Cannot input a tensor of type ", t.scalar_type(),
           " as an integral argument");
  return v.toInt();
}
Value complex_implicit(const Tensor& t) { return implicit_item(t).toScalar().toComplexDouble(); }

int64_t length(const Tensor& t) {
  TL_CHECK(t.dim() > 0, "len() of a 0-d tensor");
  return t.sizes()[0];
}

std::optional<int64_t> index_of_device(Device d) {
  return d.has_index() ? std::optional<int64_t>(d.index()) : std::nullopt;
}

ScalarType result_type(const Scalar& a, const Scalar& b) {
  // Python numbers have the default dtypes.
  const auto dtype = [](const Scalar& s) {
    return s.isFloatingPoint() ? get_default_dtype_as_scalartype()
           : s.isComplex()     ? get_default_complex_dtype()
                               : s.type();
  };
  return promote_types(dtype(a), dtype(b));
}

ScalarType result_type_of_tensors(const Tensor& a, const Tensor& b) {
  const Fact* facts[] = {&a.fact(), &b.fact()};
  return tealight::result_type(facts);
}
ScalarType result_type_with_number(const Tensor& a, const Scalar& b) {
  return result_type_of_tensors(a, wrapped_scalar_tensor(b));
}

constexpr Fn rows[] = {
    TL_FN("aten::Int.Scalar(Scalar a) -> int", int_of),
    TL_FN("aten::Int.float(float a) -> int", int_of),
    TL_FN("aten::Int.bool(bool a) -> int", int_of),
    TL_FN("aten::Int.str(str a) -> int", int_of_text),
    TL_FN("aten::Int.Tensor(Tensor a) -> int", int_item),
    TL_FN("aten::Float.Scalar(Scalar a) -> float", [](const Scalar& s) { return s.toDouble(); }),
    TL_FN("aten::Float.int(int a) -> float", float_of_int),
    TL_FN("aten::Float.bool(bool a) -> float", [](bool v) { return double(v); }),
    TL_FN("aten::Float.str(str a) -> float", float_of_text),
    TL_FN("aten::Float.Tensor(Tensor a) -> float",
          [](const Tensor& t) { return t.item().toDouble(); }),
    TL_FN("aten::Bool.int(int a) -> bool", [](int64_t v) { return v != 0; }),
    TL_FN("aten::Bool.float(float a) -> bool", [](double v) { return v != 0; }),
    TL_FN("aten::Bool.Tensor(Tensor a) -> bool",
          [](const Tensor& t) { return script::bool_of(t); }),
    TL_FN("aten::Complex.Scalar(Scalar a) -> complex",
          [](const Scalar& s) { return s.toComplexDouble(); }),
    TL_FN("aten::Complex.int_int(int x, int y) -> complex", complex_of),
    TL_FN("aten::Complex.int_float(int x, float y) -> complex", complex_of),
    TL_FN("aten::Complex.int_bool(int x, bool y) -> complex", complex_of),
    TL_FN("aten::Complex.float_int(float x, int y) -> complex", complex_of),
    TL_FN("aten::Complex.float_float(float x, float y) -> complex", complex_of),
    TL_FN("aten::Complex.float_bool(float x, bool y) -> complex", complex_of),
    TL_FN("aten::Complex.bool_int(bool x, int y) -> complex", complex_of),
    TL_FN("aten::Complex.bool_float(bool x, float y) -> complex", complex_of),
    TL_FN("aten::Complex.bool_bool(bool x, bool y) -> complex", complex_of),
    TL_FN("aten::Complex.Tensor_Tensor(Tensor a, Tensor b) -> complex", complex_of_tensors),
    TL_FN("aten::Complex.Tensor_int(Tensor x, int y) -> complex", complex_of_tensors),
    TL_FN("aten::Complex.Tensor_float(Tensor x, float y) -> complex", complex_of_tensors),
    TL_FN("aten::Complex.Tensor_bool(Tensor x, bool y) -> complex", complex_of_tensors),
    TL_FN("aten::Complex.int_Tensor(int x, Tensor y) -> complex", complex_of_tensors),
    TL_FN("aten::Complex.float_Tensor(float x, Tensor y) -> complex", complex_of_tensors),
    TL_FN("aten::Complex.bool_Tensor(bool x, Tensor y) -> complex", complex_of_tensors),
    TL_FN("aten::IntImplicit(Tensor a) -> int", int_implicit),
    TL_FN("aten::FloatImplicit(Tensor a) -> float",
          [](const Tensor& t) { return implicit_item(t).toScalar().toDouble(); }),
    TL_FN("aten::ComplexImplicit(Tensor a) -> complex", complex_implicit),
    TL_FN("aten::ScalarImplicit(Tensor a) -> Scalar", implicit_item),
    TL_FN("prim::NumToTensor.Scalar(Scalar a) -> Tensor", script::number_tensor),
    TL_FN("prim::NumToTensor.bool(bool a) -> Tensor", script::number_tensor),
    TL_FN("prim::tolist(...) -> ...",
          [](Args args) {
            TL_CHECK(args.size() == 3,
                     "tolist: takes a tensor, its dimensions and the kind of its elements");
            return std::vector<Value>{
                script::to_list(args[0].toTensor(), args[1].toInt(), args[2].toInt())};
          }),
    TL_FN("aten::hex(int i) -> str", [](int64_t v) { return digits(v, 16, "0x"); }),
    TL_FN("aten::oct(int i) -> str", [](int64_t v) { return digits(v, 8, "0o"); }),
    TL_FN("aten::bin(int i) -> str", [](int64_t v) { return digits(v, 2, "0b"); }),

    TL_FN("aten::device(str a) -> Device", [](std::string_view name) { return Device(name); }),
    TL_FN("prim::type(Device self) -> str", [](Device d) { return Device(d.type()).str(); }),
    TL_FN("prim::index(Device self) -> int?", index_of_device),
    TL_FN("aten::can_cast(ScalarType from, ScalarType to) -> bool", can_cast),
    TL_FN("aten::promote_types(ScalarType type1, ScalarType type2) -> ScalarType", promote_types),
    TL_FN("aten::result_type.Scalar_Scalar(Scalar scalar1, Scalar scalar2) -> ScalarType",
          result_type),
    TL_FN("aten::result_type.Tensor(Tensor tensor, Tensor other) -> ScalarType",
          result_type_of_tensors),
    TL_FN("aten::result_type.Scalar(Tensor tensor, Scalar other) -> ScalarType",
          result_type_with_number),
    TL_FN("aten::result_type.Scalar_Tensor(Scalar scalar, Tensor tensor) -> ScalarType",
          [](const Scalar& a, const Tensor& b) { return result_type_with_number(b, a); }),

    // Of a tensor.
    TL_FN("aten::len.Tensor(Tensor t) -> int", length),
    TL_FN("aten::dim(Tensor self) -> int", [](const Tensor& t) { return t.dim(); }),
    TL_FN("prim::device(Tensor a) -> Device", [](const Tensor& t) { return t.device(); }),
    TL_FN("prim::dtype(Tensor a) -> int", [](const Tensor& t) { return t.scalar_type(); }),
    TL_FN("prim::layout(Tensor a) -> Layout", [](const Tensor& t) { return t.layout(); }),
    TL_FN("prim::requires_grad(Tensor a) -> bool",
          [](const Tensor& t) { return t.requires_grad(); }),
    TL_FN("prim::is_cpu(Tensor a) -> bool", [](const Tensor& t) { return t.is_cpu(); }),
    TL_FN("prim::is_cuda(Tensor a) -> bool", [](const Tensor& t) { return t.is_cuda(); }),
    TL_FN("prim::is_vulkan(Tensor a) -> bool", [](const Tensor& t) { return t.is_vulkan(); }),
    TL_FN("prim::is_meta(Tensor a) -> bool", [](const Tensor& t) { return t.is_meta(); }),
    TL_FN("prim::is_quantized(Tensor a) -> bool", [](const Tensor& t) { return t.is_quantized(); }),
    TL_FN("prim::is_sparse(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::is_sparse_csr(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::is_mkldnn(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::is_mps(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::is_nested(Tensor a) -> bool",
          [](const Tensor& t) { return nested_of(t) != nullptr; }),
    TL_FN("prim::is_ipu(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::is_ort(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::is_xpu(Tensor a) -> bool", [](const Tensor&) { return false; }),
    TL_FN("prim::name(Tensor a) -> str?", [](const Tensor&) { return Value(); }),
    TL_FN("prim::data(Tensor(a) a) -> Tensor(a)", [](const Tensor& t) { return detach(t); }),
    TL_FN("prim::abs(Tensor x) -> Tensor", [](const Tensor& t) { return abs(t); }),
};

}  // namespace
TL_FNS(script_conversions){rows};
}  // namespace ops
}  // namespace tealight

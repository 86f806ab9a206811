// Names of element types, PyTorch's promotion rules, names of devices.
#include "tealight/dtype.h"

#include <algorithm>
#include <charconv>

namespace tealight {
namespace {

constexpr std::string_view kNames[] = {
#define X(type, name, python) #name,
    TL_FORALL_DTYPES(X)
#undef X
        "Undefined"};

constexpr std::string_view kPythonNames[] = {
#define X(type, name, python) python,
    TL_FORALL_DTYPES(X)
#undef X
        "undefined"};

ScalarType promote_real(ScalarType a, ScalarType b) {
  if (a == b || b == kBool) return a;
  if (a == kBool) return b;
  const bool a_floats = is_floating(a), b_floats = is_floating(b);
  if (a_floats != b_floats) return a_floats ? a : b;
  if (element_size(a) != element_size(b)) {
    const ScalarType wider = element_size(a) > element_size(b) ? a : b;
    return wider;
  }
  return a_floats ? kFloat : kShort;  // half with bfloat16; uint8 with int8
}

struct DeviceName {
  std::string_view name;
  DeviceType type;
};
constexpr DeviceName kDeviceNames[] = {
    {"cpu", DeviceType::CPU},       {"cuda", DeviceType::CUDA},     {"hip", DeviceType::HIP},
    {"xla", DeviceType::XLA},       {"vulkan", DeviceType::Vulkan}, {"metal", DeviceType::Metal},
    {"xpu", DeviceType::XPU},       {"mps", DeviceType::MPS},       {"meta", DeviceType::Meta},
    {"hpu", DeviceType::HPU},       {"mkldnn", DeviceType::MKLDNN}, {"opengl", DeviceType::OPENGL},
    {"opencl", DeviceType::OPENCL}, {"ideep", DeviceType::IDEEP}};
std::string_view device_name(DeviceType type) {
  for (const DeviceName& d : kDeviceNames)
    if (d.type == type) return d.name;
  return "unknown";
}

}  // namespace

std::string_view dtype_name(ScalarType t) {
  return kNames[size_t(std::clamp(t, ScalarType::Byte, ScalarType::Undefined))];
}

std::string_view python_name(ScalarType t) {
  return kPythonNames[size_t(std::clamp(t, ScalarType::Byte, ScalarType::Undefined))];
}

ScalarType dtype_from_python(std::string_view name) {
  constexpr struct {
    std::string_view name;
    ScalarType type;
  } kAliases[] = {{"half", kHalf},           {"float", kFloat},
                  {"double", kDouble},       {"int", kInt},
                  {"long", kLong},           {"short", kShort},
                  {"cfloat", kComplexFloat}, {"cdouble", kComplexDouble},
                  {"chalf", kComplexHalf}};
  for (size_t i = 0; i < size_t(ScalarType::Undefined); ++i) {
    if (kPythonNames[i] == name) return ScalarType(i);
  }
  for (const auto& alias : kAliases) {
    if (alias.name == name) return alias.type;
  }
  return ScalarType::Undefined;
}

std::ostream& operator<<(std::ostream& out, ScalarType t) { return out << dtype_name(t); }

ScalarType promote_types(ScalarType a, ScalarType b) {
  if (a == b) return a;
  if (a == ScalarType::Undefined || b == ScalarType::Undefined) return ScalarType::Undefined;
  TL_CHECK(!is_quantized(a) && !is_quantized(b),
           "promoteTypes: quantized types have no common type with others, got ", a, " and ", b);
  const ScalarType real = promote_real(to_real_dtype(a), to_real_dtype(b));
  return is_complex(a) || is_complex(b) ? to_complex_dtype(real) : real;
}

bool can_cast(ScalarType from, ScalarType to) {
  if (is_complex(from) && !is_complex(to)) return false;
  if (is_floating(from) && is_integral(to, false)) return false;
  return from == kBool || to != kBool;
}

Device::Device(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view head = text.substr(0, colon);
  const auto* found = std::find_if(std::begin(kDeviceNames), std::end(kDeviceNames),
                                   [&](const DeviceName& d) { return d.name == head; });
  TL_CHECK(found != std::end(kDeviceNames),
           "Expected one of cpu, cuda, hip, xla, vulkan, metal, xpu, mps, meta, hpu device type at "
           "start of device string: ",
           text);
  kind = found->type;
  if (colon == std::string_view::npos) return;
  const char *first = text.data() + colon + 1, *last = text.data() + text.size();
  int value = -1;
  const auto [end, status] = std::from_chars(first, last, value);
  const bool digits = status == std::errc() && end == last && *first != '-';
  TL_CHECK(digits && value <= 127, "Invalid device string: '", text, "'");
  number = int8_t(value);
}

std::string Device::str() const {
  std::string text(device_name(kind));
  if (has_index()) text += ":" + std::to_string(number);
  return text;
}

std::ostream& operator<<(std::ostream& out, const Device& d) { return out << d.str(); }
std::ostream& operator<<(std::ostream& out, DeviceType type) { return out << device_name(type); }

std::ostream& operator<<(std::ostream& out, Layout layout) {
  constexpr const char* kLayoutNames[] = {"Strided", "Sparse", "SparseCsr", "Mkldnn"};
  return out << kLayoutNames[size_t(layout) % 4];
}

std::ostream& operator<<(std::ostream& out, MemoryFormat format) {
  constexpr const char* kFormatNames[] = {"Contiguous", "Preserve", "ChannelsLast",
                                          "ChannelsLast3d"};
  return out << kFormatNames[size_t(format) % 4];
}

std::string_view TypeMeta::name() const {
  static constexpr std::string_view names[] = {"unsigned char",
                                               "signed char",
                                               "short int",
                                               "int",
                                               "long int",
                                               "c10::Half",
                                               "float",
                                               "double",
                                               "c10::complex<c10::Half>",
                                               "c10::complex<float>",
                                               "c10::complex<double>",
                                               "bool",
                                               "c10::qint8",
                                               "c10::quint8",
                                               "c10::qint32",
                                               "c10::BFloat16",
                                               "c10::quint4x2",
                                               "c10::quint2x4"};
  return is_valid_dtype(int64_t(type_)) ? names[size_t(type_)] : "nullptr (uninitialized)";
}

}  // namespace tealight

#include "tealight/data/arrays.h"

#include <cstring>

#include "data/npz.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

struct NumpyName {
  const char* numpy;
  ScalarType dtype;
};
constexpr NumpyName kNumpyNames[] = {{"f4", kFloat},        {"f8", kDouble},        {"f2", kHalf},
                                     {"i8", kLong},         {"i4", kInt},           {"i2", kShort},
                                     {"i1", kChar},         {"u1", kByte},          {"b1", kBool},
                                     {"c8", kComplexFloat}, {"c16", kComplexDouble}};

}  // namespace

Tensor to_tensor(const NpyArray& a) {
  for (const NumpyName& n : kNumpyNames) {
    if (a.dtype != n.numpy) continue;
    Tensor t(Fact(n.dtype, a.shape));
    if (!a.bytes.empty()) std::memcpy(t.data_ptr(), a.bytes.data(), a.bytes.size());
    return t;
  }
  fail(str("a .npy array of dtype '", a.dtype, "' has no tensor dtype"), ErrorKind::unsupported);
}

NpyArray to_npy(const Tensor& given) {
  Tensor t = given.is_quantized() ? int_repr(given) : given;
  if (t.scalar_type() == kBFloat16) t = t.to(kFloat);
  t = t.contiguous();
  for (const NumpyName& n : kNumpyNames) {
    if (t.scalar_type() != n.dtype) continue;
    NpyArray a{n.numpy, t.sizes().vec(), std::vector<std::byte>(t.nbytes())};
    if (t.nbytes()) std::memcpy(a.bytes.data(), t.data_ptr(), t.nbytes());
    return a;
  }
  fail(str("a tensor of ", t.scalar_type(), " cannot be written as .npy"), ErrorKind::unsupported);
}

Tensor load_npy(const std::filesystem::path& path) { return to_tensor(read_npy(path)); }

void save_npy(const std::filesystem::path& path, const Tensor& tensor) {
  write_npy(path, to_npy(tensor));
}

NamedArrays load_npz(const std::filesystem::path& path) { return read_npz(ByteSource::file(path)); }

void save_npz(const std::filesystem::path& path, const NamedArrays& arrays) {
  write_file(path, [&](ByteSink& sink) { write_npz(arrays, sink); });
}

Tensor array_of(const NamedArrays& arrays, const std::string& name) {
  std::string known;
  for (const auto& [have, tensor] : arrays) {
    if (have == name) return tensor;
    known += (known.empty() ? "" : ", ") + have;
  }
  fail(str("no array '", name, "'; there are: ", known));
}

}  // namespace tealight

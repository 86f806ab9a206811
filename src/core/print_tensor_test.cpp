// Both printed forms against real PyTorch's, from tests/golden/printing.txt (written by printing.py
// beside it).
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "tealight/tensor.h"

namespace tealight {
namespace {

struct Case {
  Fact fact;
  std::vector<uint8_t> bytes;
  bool requires_grad = false;
  std::string cxx, repr;

  Tensor tensor() const {
    auto storage = make_intrusive<Storage>(bytes.size());
    if (!bytes.empty()) std::memcpy(storage->data(), bytes.data(), bytes.size());
    Tensor t(std::move(storage), fact, 0);
    if (requires_grad) t.requires_grad_();
    return t;
  }
};

std::string unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\')
      out += text[i];
    else
      out += text[++i] == 'n' ? '\n' : text[i];
  }
  return out;
}

template <class T>
std::vector<T> read_all(std::istream& in, size_t n = SIZE_MAX) {
  std::vector<T> out;
  for (T v; out.size() < n && in >> v;) out.push_back(v);
  return out;
}

intrusive_ptr<const Quantizer> read_quantizer(std::istream& in) {
  auto q = make_intrusive<Quantizer>();
  std::string kind;
  in >> kind;
  if (kind == "tensor") {
    in >> q->scale >> q->zero_point;
    return q;
  }
  size_t n = 0;
  in >> q->axis >> n;
  q->scales = read_all<double>(in, n);
  const auto points = read_all<double>(in, n);
  if (kind == "floats") {
    q->scheme = QScheme::per_channel_affine_float_qparams;
    q->float_zero_points.assign(points.begin(), points.end());
  } else {
    q->scheme = QScheme::per_channel_affine;
    q->zero_points.assign(points.begin(), points.end());
  }
  return q;
}

std::vector<uint8_t> read_bytes(const std::string& hex) {
  std::vector<uint8_t> out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(uint8_t(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return out;
}

std::vector<Case> golden_cases() {
  std::ifstream file("tests/golden/printing.txt");
  std::vector<Case> cases;
  Case c;
  for (std::string line; std::getline(file, line);) {
    std::istringstream in(line);
    std::string word;
    in >> word;
    const std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
    if (word == "dtype") c.fact.dtype = dtype_from_python(rest);
    if (word == "sizes") c.fact.sizes = read_all<int64_t>(in);
    if (word == "strides") c.fact.strides = read_all<int64_t>(in);
    if (word == "bytes") c.bytes = read_bytes(rest);
    if (word == "quantizer") c.fact.quantizer = read_quantizer(in);
    if (word == "requires_grad") c.requires_grad = true;
    if (word == "cxx") c.cxx = unescaped(rest);
    if (word == "repr") c.repr = unescaped(rest);
    if (word != "end") continue;
    cases.push_back(std::move(c));
    c = Case();
  }
  return cases;
}

TEST(PrintTensor, AsLibtorchPrints) {
  const auto cases = golden_cases();
  ASSERT_GE(cases.size(), 390u);
  for (size_t i = 0; i < cases.size(); ++i)
    EXPECT_EQ(str(cases[i].tensor()), cases[i].cxx) << "case " << i;
}

TEST(ReprTensor, AsPythonPrints) {
  const auto cases = golden_cases();
  ASSERT_GE(cases.size(), 390u);
  for (size_t i = 0; i < cases.size(); ++i)
    EXPECT_EQ(repr(cases[i].tensor()), cases[i].repr) << "case " << i;
}

TEST(PrintTensor, LeavesTheStreamsFormatAlone) {
  std::ostringstream out;
  out.precision(3);
  out << scalar_tensor(0.5f) << 2.0 / 3;
  EXPECT_EQ(out.str(), "0.5\n[ CPUFloatType{} ]0.667");
}

TEST(PrintTensor, UndefinedAndMetaTensorsSaySo) {
  EXPECT_EQ(str(Tensor()), "[ Tensor (undefined) ]");
  const Tensor meta = Tensor::meta(Fact(kFloat, {2, 3}));
  EXPECT_EQ(str(meta), "[ MetaFloatType{2,3} ]");
  EXPECT_EQ(repr(meta), "tensor(..., device='meta', size=(2, 3))");
}

}  // namespace
}  // namespace tealight

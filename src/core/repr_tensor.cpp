// A tensor as Python prints it: "tensor([[1., 2.],\n        [3., 4.]])".
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/elements.h"
#include "core/python_text.h"

namespace tealight {
namespace {

// torch.set_printoptions' defaults.
constexpr int64_t kThreshold = 1000, kEdgeItems = 3;
constexpr size_t kLineWidth = 80;
constexpr std::string_view kPrefix = "tensor(";

std::string printf_number(const char* format, double v) {
  if (std::isnan(v)) return "nan";  // printf may say "-nan"
  char buffer[400];
  const int n = std::snprintf(buffer, sizeof buffer, format, v);
  return {buffer, size_t(n)};
}

// How all the numbers of a tensor are written.
class Formatter {
 public:
  explicit Formatter(const std::vector<Scalar>& values, bool floats) : floats_(floats) {
    if (floats)
      choose(values);
    else
      for (const Scalar& v : values) width_ = std::max(width_, plain(v).size());
  }
  size_t width() const { return width_; }
  std::string operator()(const Scalar& v) const {
    const std::string text = floats_ ? real(v.toDouble()) : plain(v);
    return text.size() < width_ ? std::string(width_ - text.size(), ' ') + text : text;
  }

 private:
  static std::string plain(const Scalar& v) {
    if (v.isBoolean()) return v.toBool() ? "True" : "False";
    return std::to_string(v.toLong());
  }
  std::string real(double v) const {
    if (scientific_) return printf_number("%.4e", v);
    if (!whole_) return printf_number("%.4f", v);
    return printf_number("%.0f", v) + (std::isfinite(v) ? "." : "");
  }
  void choose(const std::vector<Scalar>& values) {
    std::vector<double> telling;  // zeros, infinities and NaNs say nothing of the others
    for (const Scalar& s : values) {
      const double v = s.toDouble();
      if (std::isfinite(v) && v != 0) telling.push_back(v);
    }
    if (telling.empty()) return;
    double least = std::fabs(telling[0]), most = least;
    for (double v : telling) {
      least = std::min(least, std::fabs(v));
      most = std::max(most, std::fabs(v));
      whole_ &= v == std::ceil(v);
    }
    scientific_ = most / least > 1000.0 || most > 1.0e8 || (!whole_ && least < 1.0e-4);
    for (double v : telling) width_ = std::max(width_, real(v).size());
  }

  bool floats_, whole_ = true, scientific_ = false;
  size_t width_ = 1;
};

// Prints a tensor that has elements; `t` must not be quantized.
class TensorText {
 public:
  explicit TensorText(const Tensor& t)
      : t_(t),
        data_(t.data_ptr()),
        summarize_(t.numel() > kThreshold),
        real_(values(false), is_floating(to_real_dtype(t.scalar_type()))),
        imag_(t.is_complex() ? Formatter(values(true), true) : Formatter({}, true)) {}

  std::string text(size_t margin) const { return text(0, 0, margin); }

 private:
  Scalar part(int64_t memory_index, bool imaginary) const {
    const Scalar v = read_element(data_, t_.scalar_type(), memory_index);
    if (!v.isComplex()) return v;
    const std::complex<double> z = v.toComplexDouble();
    return imaginary ? z.imag() : z.real();
  }

  // The indexes of a dimension that are shown; -1 stands for the gap.
  std::vector<int64_t> shown(int64_t n) const {
    std::vector<int64_t> at;
    const bool gap = summarize_ && n > 2 * kEdgeItems;
    for (int64_t i = 0; i < (gap ? kEdgeItems : n); ++i) at.push_back(i);
    if (gap) at.push_back(-1);
    for (int64_t i = n - kEdgeItems; gap && i < n; ++i) at.push_back(i);
    return at;
  }

  // Those that are shown, for the formatter.
  std::vector<Scalar> values(bool imaginary) const {
    std::vector<Scalar> out;
    collect(0, 0, imaginary, out);
    return out;
  }
  void collect(int64_t dim, int64_t memory_index, bool imaginary, std::vector<Scalar>& out) const {
    if (dim == t_.dim()) {
      out.push_back(part(memory_index, imaginary));
      return;
    }
    for (int64_t i : shown(t_.size(dim))) {
      if (i >= 0) collect(dim + 1, memory_index + i * t_.stride(dim), imaginary, out);
    }
  }

  std::string element(int64_t memory_index) const {
    std::string text = real_(part(memory_index, false));
    if (!t_.is_complex()) return text;
    std::string imaginary = imag_(part(memory_index, true)) + "j";
    imaginary.erase(0, imaginary.find_first_not_of(' '));
    return text + (imaginary[0] == '-' ? "" : "+") + imaginary;
  }

  std::string row(int64_t dim, int64_t memory_index, size_t margin) const {
    const size_t length = real_.width() + 2 + (t_.is_complex() ? imag_.width() + 1 : 0);
    const size_t per_line =
        std::max<size_t>(1, kLineWidth > margin ? (kLineWidth - margin) / length : 0);
    std::string out = "[";
    size_t n = 0;
    for (int64_t i : shown(t_.size(dim))) {
      if (n) out += n % per_line ? ", " : ",\n" + std::string(margin + 1, ' ');
      out += i < 0 ? " ..." : element(memory_index + i * t_.stride(dim));
      ++n;
    }
    return out + "]";
  }

  std::string text(int64_t dim, int64_t memory_index, size_t margin) const {
    const int64_t left = t_.dim() - dim;
    if (left == 0) return element(memory_index);
    if (left == 1) return row(dim, memory_index, margin);
    std::string out = "[";
    bool first = true;
    for (int64_t i : shown(t_.size(dim))) {
      if (!std::exchange(first, false))
        out += "," + std::string(size_t(left - 1), '\n') + std::string(margin + 1, ' ');
      out += i < 0 ? "..." : text(dim + 1, memory_index + i * t_.stride(dim), margin + 1);
    }
    return out + "]";
  }

  const Tensor& t_;
  const void* data_;
  bool summarize_;
  Formatter real_, imag_;
};

std::string elements_text(const Tensor& t) {
  if (t.is_meta()) return "...";
  if (t.numel() == 0) return "[]";
  if (t.is_quantized()) return TensorText(dequantized_copy(t)).text(kPrefix.size());
  return TensorText(t).text(kPrefix.size());
}

std::string tuple_text(IntArrayRef sizes) {
  std::string out = "(";
  for (size_t d = 0; d < sizes.size(); ++d) out += (d ? ", " : "") + std::to_string(sizes[d]);
  return out + (sizes.size() == 1 ? ",)" : ")");
}

const char* scheme_text(QScheme scheme) {
  switch (scheme) {
    case QScheme::per_tensor_affine:
      return "torch.per_tensor_affine";
    case QScheme::per_channel_affine:
      return "torch.per_channel_affine";
    case QScheme::per_tensor_symmetric:
      return "torch.per_tensor_symmetric";
    case QScheme::per_channel_symmetric:
      return "torch.per_channel_symmetric";
    case QScheme::per_channel_affine_float_qparams:
      return "torch.per_channel_affine_float_qparams";
  }
  return "unknown";
}

std::vector<std::string> suffixes(const Tensor& t) {
  std::vector<std::string> out;
  const std::string dtype = "dtype=torch." + std::string(python_name(t.scalar_type()));
  const bool quantized = t.quantizer().defined();
  if (t.is_meta())
    out.push_back("device='meta'");
  else if (!t.is_cpu())
    out.push_back("device='" + t.device().str() + "'");
  if (quantized || t.is_meta() || (t.numel() == 0 && t.dim() != 1))
    out.push_back("size=" + tuple_text(t.sizes()));
  const bool tells_itself = t.scalar_type() == kFloat || t.scalar_type() == kComplexFloat ||
                            t.scalar_type() == kLong || t.scalar_type() == kBool;
  const bool nothing_to_tell_by = !quantized && (t.is_meta() || t.numel() == 0);
  if (nothing_to_tell_by ? t.scalar_type() != kFloat : !tells_itself) out.push_back(dtype);
  if (quantized) {
    out.push_back(std::string("quantization_scheme=") + scheme_text(t.qscheme()));
    if (t.quantizer()->per_channel()) {
      out.push_back("scale=" + repr(t.q_per_channel_scales()));
      out.push_back("zero_point=" + repr(t.q_per_channel_zero_points()));
      out.push_back("axis=" + std::to_string(t.q_per_channel_axis()));
    } else {
      out.push_back("scale=" + python_repr(t.q_scale()));
      out.push_back("zero_point=" + std::to_string(t.q_zero_point()));
    }
  }
  if (t.requires_grad()) out.push_back("requires_grad=True");
  return out;
}

}  // namespace

std::string repr(const Tensor& t) {
  if (!t.defined()) return "None";  // as PyTorch hands an undefined tensor to Python
  std::string out = std::string(kPrefix) + elements_text(t);
  const size_t newline = out.rfind('\n');
  size_t last_line = newline == std::string::npos ? out.size() + 2 : out.size() - newline + 1;
  for (const std::string& suffix : suffixes(t)) {
    if (last_line + suffix.size() + 2 > kLineWidth) {
      out += ",\n" + std::string(kPrefix.size(), ' ') + suffix;
      last_line = kPrefix.size() + suffix.size();
    } else {
      out += ", " + suffix;
      last_line += suffix.size() + 2;
    }
  }
  return out + ")";
}

}  // namespace tealight

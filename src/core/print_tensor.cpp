// A tensor as libtorch prints it: numbers of one width, a common scale before them, "[
// CPUFloatType{2,2} ]" after them.
#include <algorithm>
#include <cmath>
#include <iomanip>

#include "core/elements.h"

namespace tealight {
namespace {

constexpr int64_t kLineWidth = 80;

// Gives the stream its number format back.
class FormatGuard {
 public:
  explicit FormatGuard(std::ostream& out)
      : out_(out), flags_(out.flags()), precision_(out.precision()), fill_(out.fill()) {}
  ~FormatGuard() {
    out_.flags(flags_);
    out_.precision(precision_);
    out_.fill(fill_);
  }

 private:
  std::ostream& out_;
  std::ios_base::fmtflags flags_;
  std::streamsize precision_;
  char fill_;
};

struct Format {
  double scale = 1;
  int width = 0;
};

int digits_before_point(double magnitude) {
  return magnitude == 0 ? 1 : int(std::floor(std::log10(magnitude))) + 1;
}

struct Range {
  int least = 1, most = 1;  // digits before the point; negative: zeros behind it
};

// libtorch starts both ends at the first finite number and then lets only positive ones raise the
// upper end, so that
// [-5, -100000] counts as one digit: kept, because output is compared as text.
Range range_of(const std::vector<double>& values) {
  const auto first =
      std::find_if(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  if (first == values.end()) return {};
  double least = std::fabs(*first), most = least;
  for (auto v = first; v != values.end(); ++v) {
    if (!std::isfinite(*v)) continue;
    least = std::min(least, std::fabs(*v));
    if (*v > most) most = std::fabs(*v);
  }
  return {digits_before_point(least), digits_before_point(most)};
}

void set_default(std::ostream& out) { out.unsetf(std::ios_base::floatfield); }

// Sets the stream's format for all of the values.
Format choose_format(std::ostream& out, const std::vector<double>& values) {
  if (values.empty()) return {};
  const bool whole = std::all_of(values.begin(), values.end(),
                                 [](double v) { return !std::isfinite(v) || v == std::ceil(v); });
  const Range r = range_of(values);
  if (whole && r.most <= 9) {
    set_default(out);
    return {1, r.most + 1};
  }
  if (whole || r.most - r.least > 4) {
    out << std::scientific << std::setprecision(4);
    return {1, !whole && (std::abs(r.most) > 99 || std::abs(r.least) > 99) ? 12 : 11};
  }
  out << std::fixed << std::setprecision(4);
  if (r.most > 5 || r.most < 0) return {std::pow(10, r.most - 1), 7};
  return {1, r.most == 0 ? 7 : r.most + 6};
}

void print_scale(std::ostream& out, double scale) {
  FormatGuard guard(out);
  set_default(out);
  out << scale << " *\n";
}

void indent(std::ostream& out, int64_t n) { out << std::string(size_t(n), ' '); }

void print_matrix(std::ostream& out, const std::vector<double>& values, int64_t rows,
                  int64_t columns, int64_t margin) {
  const Format format = choose_format(out, values);
  indent(out, margin);
  const int64_t per_line = (kLineWidth - margin) / (format.width + 1);
  for (int64_t first = 0; first < columns; first += per_line) {
    const int64_t last = std::min(first + per_line, columns) - 1;
    if (per_line < columns) {
      if (first != 0) out << '\n';
      out << "Columns " << first + 1 << " to " << last + 1;
      indent(out, margin);
    }
    if (format.scale != 1) {
      print_scale(out, format.scale);
      indent(out, margin);
    }
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t c = first; c <= last; ++c) {
        out << std::setw(format.width) << values[size_t(row * columns + c)] / format.scale
            << (c < last ? " " : "\n");
      }
      if (row != rows - 1) indent(out, margin + (format.scale != 1));
    }
  }
}

// The matrices of the last two dimensions. The first of the others runs fastest.
void print_matrices(std::ostream& out, const std::vector<double>& values, IntArrayRef sizes) {
  const size_t outer = sizes.size() - 2;
  const int64_t rows = sizes[outer], columns = sizes[outer + 1], area = rows * columns;
  const int64_t count = int64_t(values.size()) / area;
  DimVector at(outer);
  for (int64_t n = 0; n < count; ++n) {
    if (n) out << '\n';
    out << '(';
    int64_t index = 0;
    for (size_t d = 0; d < outer; ++d) {
      index = index * sizes[d] + at[d];
      out << at[d] + 1 << ',';
    }
    out << ".,.) = \n";
    const auto first = values.begin() + index * area;
    print_matrix(out, std::vector<double>(first, first + area), rows, columns, 1);
    for (size_t d = 0; d < outer && ++at[d] == sizes[d]; ++d) at[d] = 0;
  }
}

void print_vector(std::ostream& out, const std::vector<double>& values) {
  const Format format = choose_format(out, values);
  if (format.scale != 1) print_scale(out, format.scale);
  for (double v : values) out << std::setw(format.width) << v / format.scale << '\n';
}

void print_type(std::ostream& out, const Tensor& t) {
  out << t.toString() << '{';
  for (int64_t d = 0; d < t.dim(); ++d) out << (d ? "," : "") << t.size(d);
  out << '}';
}

const char* scheme_name(QScheme scheme) {
  switch (scheme) {
    case QScheme::per_tensor_affine:
      return "per_tensor_affine";
    case QScheme::per_channel_affine:
      return "per_channel_affine";
    case QScheme::per_tensor_symmetric:
      return "per_tensor_symmetric";
    case QScheme::per_channel_symmetric:
      return "per_channel_symmetric";
    case QScheme::per_channel_affine_float_qparams:
      return "per_channel_affine_float_qparams";
  }
  return "unknown";
}

// In the number format that the elements left, as libtorch.
void print_quantizer(std::ostream& out, const Tensor& t) {
  out << ", qscheme: " << scheme_name(t.qscheme());
  if (t.quantizer()->per_channel()) {
    out << ", scales: " << t.q_per_channel_scales()
        << ", zero_points: " << t.q_per_channel_zero_points()
        << ", axis: " << t.q_per_channel_axis();
  } else {
    out << ", scale: " << t.q_scale() << ", zero_point: " << t.q_zero_point();
  }
}

void print_elements(std::ostream& out, const Tensor& t) {
  const std::vector<double> values = to_doubles(t);
  if (t.dim() == 0) {
    set_default(out);
    out << values[0] << '\n';
  } else if (values.empty()) {
    return;
  } else if (t.dim() == 1) {
    print_vector(out, values);
  } else if (t.dim() == 2) {
    print_matrix(out, values, t.size(0), t.size(1), 0);
  } else {
    print_matrices(out, values, t.sizes());
  }
}

}  // namespace

std::string Tensor::toString() const {
  const char* where = is_meta()     ? "Meta"
                      : is_vulkan() ? "Vulkan"
                      : is_metal()  ? "Metal"
                      : is_cuda()   ? "CUDA"
                                    : "CPU";
  return str(is_quantized() ? "Quantized" : "", where, scalar_type(), "Type");
}

void Tensor::print() const {
  const std::string text =
      defined() ? str("[", toString(), " ", sizes(), "]") : "[UndefinedTensor]";
  std::fprintf(stderr, "%s\n", text.c_str());
}

std::ostream& operator<<(std::ostream& out, const TensorOptions& o) {
  const auto print = [&](const char* label, const auto& value, bool given) {
    out << label << std::boolalpha << value << (given ? "" : " (default)");
  };
  print("TensorOptions(dtype=", o.dtype(), o.has_dtype());
  print(", device=", o.device(), o.has_device());
  print(", layout=", o.layout(), o.has_layout());
  print(", requires_grad=", o.requires_grad(), o.has_requires_grad());
  print(", pinned_memory=", o.pinned_memory(), o.has_pinned_memory());
  out << ", memory_format=";
  if (o.has_memory_format()) return out << *o.memory_format_opt() << ')';
  return out << "(nullopt))";
}

std::ostream& operator<<(std::ostream& out, const Tensor& t) {
  if (!t.defined()) return out << "[ Tensor (undefined) ]";
  FormatGuard guard(out);
  if (!t.is_meta()) print_elements(out, t);
  out << "[ ";
  print_type(out, t);
  if (t.quantizer()) print_quantizer(out, t);
  return out << " ]";
}

}  // namespace tealight

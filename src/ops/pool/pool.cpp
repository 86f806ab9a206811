// Shapes and facts of pooling in one, two and three dimensions.
#include "ops/pool/pool.h"

#include "tealight/context.h"

namespace tealight::ops {
namespace {

DimVector each(const char* op, const char* name, const DimVector& v, size_t n) {
  TL_CHECK(v.size() == n || v.size() == 1, op, ": ", name, " must be a single int, or a list of ",
           n, " ints, but got ", v);
  return v.size() == n ? v : DimVector(n, v[0]);
}

void check_input(const char* op, const Fact& x, size_t n) {
  TL_CHECK(x.dim() == int64_t(n) + 1 || x.dim() == int64_t(n) + 2, op, ": expected ", n + 1,
           "D or ", n + 2, "D input, but got ", x.sizes);
  for (size_t d = x.sizes.size() - n - 1; d < x.sizes.size(); ++d)
    TL_CHECK(x.sizes[d] > 0, op,
             ": expected input with non-zero size for non-batch dimensions, but got ", x.sizes);
}

}  // namespace

PoolShape pool_shape(const char* op, const Fact& x, const DimVector& kernel,
                     const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                     bool ceil_mode, size_t n) {
  check_input(op, x, n);
  const DimVector k = each(op, "kernel_size", kernel, n),
                  s = stride.empty() ? k : each(op, "stride", stride, n),
                  p = each(op, "padding", padding, n), d = each(op, "dilation", dilation, n);
  PoolShape shape;
  const size_t first = x.sizes.size() - n;
  for (size_t i = 0; i < first; ++i) shape.planes *= x.sizes[i];
  for (size_t i = 0; i < n; ++i) {
    TL_CHECK(k[i] > 0 && s[i] > 0 && d[i] > 0, op,
             ": kernel size, stride and dilation should be greater than zero, but got ", k, ", ", s,
             " and ", d);
    TL_CHECK(p[i] >= 0 && p[i] <= k[i] / 2, op,
             ": pad should be at most half of effective kernel size, but got pad=", p[i],
             ", kernel_size=", k[i], " and dilation=", d[i]);
    const int64_t out =
        kernels::pool_out_size(x.sizes[first + i], k[i], s[i], p[i], d[i], ceil_mode);
    TL_CHECK(out >= 1, "Given input size: ", x.sizes, ". Calculated output size: ", out,
             ". Output size is too small (", op, ")");
    shape.dim[3 - n + i] = {x.sizes[first + i], out, k[i], s[i], p[i], d[i]};
  }
  return shape;
}
PoolShape adaptive_shape(const char* op, const Fact& x,
                         const std::vector<std::optional<int64_t>>& wanted, size_t n) {
  check_input(op, x, n);
  PoolShape shape;
  const size_t first = x.sizes.size() - n;
  for (size_t i = 0; i < first; ++i) shape.planes *= x.sizes[i];
  for (size_t i = 0; i < n; ++i) {
    const int64_t out = wanted[wanted.size() == 1 ? 0 : i].value_or(x.sizes[first + i]);
    TL_CHECK(out >= 0, op, ": output_size must be non-negative, but got ", out);
    shape.dim[3 - n + i] = {x.sizes[first + i], out, 1, 1, 0, 1};
  }
  return shape;
}
std::vector<std::optional<int64_t>> sizes_of(const char* op, const DimVector& v, size_t n) {
  TL_CHECK(v.size() == n || v.size() == 1, op, ": output_size must be ", n);
  std::vector<std::optional<int64_t>> r;
  for (int64_t i : v) r.emplace_back(i);
  return r;
}

Fact result_fact(const Fact& x, const PoolShape& s, size_t n) {
  Fact y(x.dtype, x.sizes);
  y.quantizer = x.quantizer;
  for (size_t i = 0; i < n; ++i) y.sizes[x.sizes.size() - n + i] = s.dim[3 - n + i].out;
  const MemoryFormat format = x.suggest_memory_format();
  y.strides = contiguous_strides(
      y.sizes, n >= 2 && size_t(x.dim()) == n + 2 ? format : MemoryFormat::Contiguous);
  return y;
}
Fact index_fact(const Fact& y) {
  Fact f(kLong, y.sizes);
  f.strides = y.strides;
  return f;
}

kernels::PoolNhwc nhwc_pool(const Fact& x, std::vector<kernels::PoolWindow> rows,
                            std::vector<kernels::PoolWindow> columns) {
  return {x.sizes[0], x.sizes[1], x.sizes[2], x.sizes[3], std::move(rows), std::move(columns)};
}

Tensor to_places(const Tensor& grad, const Tensor& indices, const Tensor& x, int64_t n) {
  const Tensor flat_grad = flatten(grad, -n, -1), flat_places = flatten(indices, -n, -1);
  DimVector sizes(flat_grad.sizes());
  sizes.back() = 1;
  for (int64_t d = x.dim() - n; d < x.dim(); ++d) sizes.back() *= x.sizes()[size_t(d)];
  return reshape(scatter_add(zeros(sizes, grad.options()), -1, flat_places, flat_grad), x.sizes());
}

bool is_qnnpack(const Fact& f, size_t n) {
  return f.dtype == kQUInt8 && n <= 2 && globalContext().qEngine() == QEngine::QNNPACK;
}
QuantizedAverage quantized_average(const Fact& f, QuantizedAverage::Rounds rounds) {
  return {rounds, float(f.quantizer->scale), int32_t(f.quantizer->zero_point)};
}
Fact gradient_fact(const char* op, const Fact& grad, const Fact& x, const Fact& result, size_t n) {
  TL_CHECK(grad.sizes == result.sizes && grad.dtype == result.dtype, op, ": a gradient ",
           grad.dtype, grad.sizes, " where ", result.dtype, result.sizes, " was expected");
  return Fact(
      x.dtype, x.sizes,
      contiguous_strides(x.sizes, n == 2 ? x.suggest_memory_format() : MemoryFormat::Contiguous));
}

}  // namespace tealight::ops

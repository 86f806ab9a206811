// Values that parameters begin with.
#include "tealight/nn/init.h"

#include <algorithm>
#include <cmath>

#include "tealight/grad_mode.h"
#include "tealight/indexing.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::init {
namespace {

double kaiming_std(const Tensor& tensor, double a, const FanModeType& mode,
                   const NonlinearityType& nonlinearity) {
  const auto [in, out] = _calculate_fan_in_and_fan_out(tensor);
  const bool by_in = std::holds_alternative<enumtype::kFanIn>(mode);
  return calculate_gain(nonlinearity, a) / std::sqrt(double(by_in ? in : out));
}
double xavier_std(const Tensor& tensor, double gain) {
  const auto [in, out] = _calculate_fan_in_and_fan_out(tensor);
  return gain * std::sqrt(2.0 / double(in + out));
}

/// The Q of a QR decomposition whose R has a positive diagonal: then it is uniform if the matrix is
/// normal (Mezzadri 2006, math-ph/0609050). By Gram and Schmidt, twice, as once is not accurate.
Tensor orthonormal_columns(const Tensor& matrix) {
  std::vector<Tensor> columns;
  for (Tensor column : matrix.to(kDouble).unbind(1)) {
    for (int time = 0; time < 2 && !columns.empty(); ++time) {
      const Tensor before = torch::stack(columns, 1);
      column = column - before.mv(before.t().mv(column));
    }
    columns.push_back(column / column.norm());
  }
  return torch::stack(columns, 1);
}

}  // namespace

double calculate_gain(NonlinearityType nonlinearity, double param) {
  if (std::holds_alternative<enumtype::kTanh>(nonlinearity)) return 5.0 / 3.0;
  if (std::holds_alternative<enumtype::kReLU>(nonlinearity)) return std::sqrt(2.0);
  if (std::holds_alternative<enumtype::kLeakyReLU>(nonlinearity))
    return std::sqrt(2.0 / (1 + param * param));
  return 1.0;
}

std::tuple<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor) {
  TL_CHECK(tensor.dim() >= 2,
           "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  int64_t window = 1;
  for (const int64_t size : tensor.sizes().slice(2)) window *= size;
  return {tensor.size(1) * window, tensor.size(0) * window};
}

Tensor constant_(Tensor tensor, Scalar value) {
  NoGradGuard off;
  return tensor.fill_(value);
}
Tensor ones_(Tensor tensor) { return constant_(std::move(tensor), 1); }
Tensor zeros_(Tensor tensor) { return constant_(std::move(tensor), 0); }

Tensor eye_(Tensor matrix) {
  NoGradGuard off;
  TL_CHECK(matrix.dim() == 2, "Only tensors with 2 dimensions are supported");
  return matrix.copy_(torch::eye(matrix.size(0), matrix.size(1), matrix.options()));
}

Tensor dirac_(Tensor tensor) {
  NoGradGuard off;
  TL_CHECK(tensor.dim() >= 3 && tensor.dim() <= 5,
           "Only tensors with 3, 4, or 5 dimensions are supported");
  tensor.zero_();
  for (int64_t d = 0; d < std::min(tensor.size(0), tensor.size(1)); ++d) {
    Tensor middle = tensor[d][d];
    while (middle.dim() > 0) middle = middle[middle.size(0) / 2];
    middle.fill_(1);
  }
  return tensor;
}

Tensor normal_(Tensor tensor, double mean, double std) {
  NoGradGuard off;
  return tensor.normal_(mean, std);
}
Tensor uniform_(Tensor tensor, double low, double high) {
  NoGradGuard off;
  return tensor.uniform_(low, high);
}

Tensor orthogonal_(Tensor tensor, double gain) {
  NoGradGuard off;
  TL_CHECK(tensor.dim() >= 2, "Only tensors with 2 or more dimensions are supported");
  const int64_t rows = tensor.size(0), columns = tensor.numel() / rows;
  Tensor random = torch::randn({rows, columns});
  if (rows < columns) random = random.t();
  const Tensor q = orthonormal_columns(random);
  tensor.copy_((rows < columns ? q.t() : q).reshape(tensor.sizes()));
  return tensor.mul_(gain);
}

Tensor sparse_(Tensor tensor, double sparsity, double std) {
  NoGradGuard off;
  TL_CHECK(tensor.dim() == 2, "Only tensors with 2 dimensions are supported");
  const int64_t rows = tensor.size(0);
  const auto zeros = int64_t(std::ceil(sparsity * double(rows)));
  tensor.normal_(0, std);
  for (int64_t column = 0; column < tensor.size(1); ++column) {
    const Tensor some = torch::randperm(rows, TensorOptions(kLong)).slice(0, 0, zeros);
    tensor.select(1, column).index_fill_(0, some, 0);
  }
  return tensor;
}

Tensor kaiming_normal_(Tensor tensor, double a, FanModeType mode, NonlinearityType nonlinearity) {
  const double std = kaiming_std(tensor, a, mode, nonlinearity);
  return normal_(std::move(tensor), 0, std);
}
Tensor kaiming_uniform_(Tensor tensor, double a, FanModeType mode, NonlinearityType nonlinearity) {
  const double bound = std::sqrt(3.0) * kaiming_std(tensor, a, mode, nonlinearity);
  return uniform_(std::move(tensor), -bound, bound);
}
Tensor xavier_normal_(Tensor tensor, double gain) {
  const double std = xavier_std(tensor, gain);
  return normal_(std::move(tensor), 0, std);
}
Tensor xavier_uniform_(Tensor tensor, double gain) {
  const double bound = std::sqrt(3.0) * xavier_std(tensor, gain);
  return uniform_(std::move(tensor), -bound, bound);
}

}  // namespace torch::nn::init

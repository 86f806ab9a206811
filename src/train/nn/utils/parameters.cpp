// clip_grad.h, convert_parameters.h
#include <cmath>
#include <limits>

#include "tealight/nn/utils/clip_grad.h"
#include "tealight/nn/utils/convert_parameters.h"
#include "tealight/ops.h"

namespace torch::nn::utils {
namespace {

std::vector<Tensor> gradients_of(const ParametersArgument& parameters) {
  std::vector<Tensor> gradients;
  for (const Tensor& p : parameters.tensors)
    if (p.grad().defined()) gradients.push_back(p.grad().data());
  return gradients;
}

Tensor total_norm(const std::vector<Tensor>& gradients, double norm_type) {
  if (norm_type == 0) return tealight::full({}, double(gradients.size()));
  const bool largest = norm_type == std::numeric_limits<double>::infinity();
  std::vector<Tensor> norms;
  for (const Tensor& g : gradients) norms.push_back(largest ? g.abs().max() : g.norm(norm_type));
  if (norms.size() == 1) return norms[0];
  const Tensor all = tealight::stack(norms);
  return largest ? all.max() : all.norm(norm_type);
}

}  // namespace

double clip_grad_norm_(const ParametersArgument& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  const std::vector<Tensor> gradients = gradients_of(parameters);
  if (gradients.empty()) return 0;
  const Tensor norm = total_norm(gradients, norm_type);
  const double before = norm.item().toDouble();
  TL_CHECK(!error_if_nonfinite || std::isfinite(before), "The total norm of order ", norm_type,
           " for gradients from `parameters` is non-finite, so it cannot be clipped. To disable "
           "this error and scale the gradients with the non-finite norm anyway, set "
           "`error_if_nonfinite=false`");
  const Tensor scale = tealight::clamp_max(max_norm / (norm + 1e-6), 1.0);
  for (const Tensor& g : gradients) g.mul_(scale);
  return before;
}

void clip_grad_value_(const ParametersArgument& parameters, double clip_value) {
  for (const Tensor& g : gradients_of(parameters)) g.clamp_(-clip_value, clip_value);
}

Tensor parameters_to_vector(const std::vector<Tensor>& parameters) {
  std::vector<Tensor> flat;
  for (const Tensor& p : parameters) flat.push_back(p.view({-1}));
  return tealight::cat(flat);
}

void vector_to_parameters(const Tensor& vec, const std::vector<Tensor>& parameters) {
  int64_t at = 0;
  for (const Tensor& p : parameters) {
    p.set_data(vec.slice(0, at, at + p.numel()).view(p.sizes()).data());
    at += p.numel();
  }
}

}  // namespace torch::nn::utils

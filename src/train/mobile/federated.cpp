#include "tealight/federated.h"

#include <algorithm>

#include "core/base.h"
#include "tealight/grad_mode.h"
#include "tealight/operators.h"

namespace tealight {
namespace {
std::vector<Tensor> trained_parameters(const Module& model) {
  std::vector<Tensor> parameters;
  for (const auto& [name, parameter] : model.named_parameters()) parameters.push_back(parameter);
  TL_CHECK(!parameters.empty(),
           "flat_parameters: no parameter of this model requires a gradient: it was frozen, or "
           "saved for inference; call requires_grad_() on those to train");
  return parameters;
}
}  // namespace

Tensor flat_parameters(const std::vector<Tensor>& parameters) {
  const NoGradGuard off;
  std::vector<Tensor> flat;
  for (const Tensor& p : parameters) flat.push_back(p.reshape({-1}));
  return flat.empty() ? zeros({0}) : cat(flat);
}
Tensor flat_parameters(const torch::nn::Module& module) {
  return flat_parameters(module.parameters());
}
Tensor flat_parameters(const Module& model) { return flat_parameters(trained_parameters(model)); }

void add_flat(const std::vector<Tensor>& parameters, const Tensor& change) {
  const NoGradGuard off;
  int64_t numel = 0;
  for (const Tensor& p : parameters) numel += p.numel();
  TL_CHECK(change.dim() == 1 && change.numel() == numel, "add_flat: expected a vector of ", numel,
           " numbers, as flat_parameters gives, but got ", change.sizes());
  int64_t offset = 0;
  for (const Tensor& p : parameters) {
    p.add_(change.slice(0, offset, offset + p.numel()).view(p.sizes()));
    offset += p.numel();
  }
}
void add_flat(torch::nn::Module& module, const Tensor& change) {
  add_flat(module.parameters(), change);
}
void add_flat(Module& model, const Tensor& change) { add_flat(trained_parameters(model), change); }

FedAvg::FedAvg(FedAvgOptions options) : options_(options) {
  TL_CHECK(options.clip >= 0 && options.noise >= 0, "FedAvg: clip is ", options.clip, " and noise ",
           options.noise, "; neither can be negative");
  TL_CHECK(options.noise == 0 || options.clip > 0,
           "FedAvg: noise needs clip, which bounds what one client can change");
}

void FedAvg::add(const Tensor& change, double weight) {
  TL_CHECK(weight > 0, "FedAvg: expected a positive weight (the client's number of examples), got ",
           weight);
  TL_CHECK(!sum_.defined() || sum_.sizes() == change.sizes(), "FedAvg: this client changed ",
           change.sizes(), " parameters, the others ", sum_.sizes());
  const NoGradGuard off;
  double factor = weight;
  if (options_.clip > 0)
    factor *= std::min(1.0, options_.clip / change.norm().to(kDouble).item<double>());
  sum_ = sum_.defined() ? sum_.add(change, factor) : change * factor;
  weight_ += weight;
  largest_weight_ = std::max(largest_weight_, weight);
}

Tensor FedAvg::result() const {
  TL_CHECK(sum_.defined(), "FedAvg: no client was added");
  const NoGradGuard off;
  const Tensor mean = sum_ / weight_;
  if (options_.noise == 0) return mean;
  return mean.add(randn_like(mean), options_.noise * options_.clip * largest_weight_ / weight_);
}

}  // namespace tealight

// Federated learning: parameters as one vector, and the weighted mean of what clients changed.
//   tealight::FedAvg mean({.clip = 1});
//   for (auto& client : clients) {
//     auto local = train_a_copy(global, client);
//     mean.add(tealight::flat_parameters(local) - tealight::flat_parameters(global), client.size);
//   }
//   tealight::add_flat(global, mean.result());
#pragma once
#include <vector>

#include "tealight/module.h"
#include "tealight/nn/holder.h"
#include "tealight/nn/module.h"

namespace tealight {

/// The elements of all tensors, one after the other.
TL_API Tensor flat_parameters(const std::vector<Tensor>& parameters);
/// Of a module, in the order of parameters().
TL_API Tensor flat_parameters(const torch::nn::Module& module);
/// Of a loaded model: what requires a gradient, in the order of named_parameters().
TL_API Tensor flat_parameters(const Module& model);

/// Adds such a vector to the parameters, in place; throws when it has another length.
TL_API void add_flat(const std::vector<Tensor>& parameters, const Tensor& change);
TL_API void add_flat(torch::nn::Module& module, const Tensor& change);
TL_API void add_flat(Module& model, const Tensor& change);

template <class M>
Tensor flat_parameters(const torch::nn::ModuleHolder<M>& module) {
  return flat_parameters(static_cast<const torch::nn::Module&>(*module));
}
template <class M>
void add_flat(torch::nn::ModuleHolder<M>& module, const Tensor& change) {
  add_flat(static_cast<torch::nn::Module&>(*module), change);
}

struct FedAvgOptions {
  /// Changes longer than this (Euclidean norm) are shortened to it; 0: none are.
  double clip = 0;
  /// Of the Gaussian noise on the mean: its deviation is noise * clip * the largest client's part
  /// of all weight, so that no client shows (McMahan et al. 2018). Needs `clip`.
  double noise = 0;
};

/// The mean of clients' changes, weighted by how many examples each has (McMahan et al. 2017).
class TL_API FedAvg {
 public:
  explicit FedAvg(FedAvgOptions options = {});
  void add(const Tensor& change, double weight = 1);
  /// Of all that was added; the noise is drawn from the default generator at every call.
  Tensor result() const;

 private:
  FedAvgOptions options_;
  Tensor sum_;
  double weight_ = 0, largest_weight_ = 0;
};

}  // namespace tealight

// torch::nn::utils: parameters as one flat vector, and back.
#pragma once
#include "tealight/nn/base.h"

namespace torch::nn::utils {

TL_API Tensor parameters_to_vector(const std::vector<Tensor>& parameters);
/// The parameters become views of `vec`, one after another.
TL_API void vector_to_parameters(const Tensor& vec, const std::vector<Tensor>& parameters);

}  // namespace torch::nn::utils

// Pooling as functions: torch/nn/functional/pooling.h.
#pragma once
#include <tuple>

#include "tealight/nn/options/pooling.h"

namespace torch::nn::functional {

// f1d(input, options), f2d, f3d
#define TL_POOL(Result, f, Options)                                                 \
  TL_API Result f##1d(const Tensor& input, const Options##1dFuncOptions & options); \
  TL_POOL_2D_3D(Result, f, Options)
#define TL_POOL_2D_3D(Result, f, Options)                                           \
  TL_API Result f##2d(const Tensor& input, const Options##2dFuncOptions & options); \
  TL_API Result f##3d(const Tensor& input, const Options##3dFuncOptions & options)
// The same, and f1d_with_indices(), ...
#define TL_POOL_INDICES(d, f, Options)                                       \
  TL_API std::tuple<Tensor, Tensor> f##d##_with_indices(const Tensor& input, \
                                                        const Options##d##FuncOptions& options)

TL_POOL(Tensor, avg_pool, AvgPool);
TL_POOL(Tensor, max_pool, MaxPool);
TL_POOL(Tensor, adaptive_max_pool, AdaptiveMaxPool);
TL_POOL(Tensor, adaptive_avg_pool, AdaptiveAvgPool);
TL_POOL(Tensor, lp_pool, LPPool);
TL_POOL_2D_3D(Tensor, fractional_max_pool, FractionalMaxPool);
TL_POOL_INDICES(1d, max_pool, MaxPool);
TL_POOL_INDICES(2d, max_pool, MaxPool);
TL_POOL_INDICES(3d, max_pool, MaxPool);
TL_POOL_INDICES(1d, adaptive_max_pool, AdaptiveMaxPool);
TL_POOL_INDICES(2d, adaptive_max_pool, AdaptiveMaxPool);
TL_POOL_INDICES(3d, adaptive_max_pool, AdaptiveMaxPool);
TL_POOL_INDICES(2d, fractional_max_pool, FractionalMaxPool);
TL_POOL_INDICES(3d, fractional_max_pool, FractionalMaxPool);
#undef TL_POOL_INDICES
#undef TL_POOL_2D_3D
#undef TL_POOL

/// Puts the maxima back to where max_pool took them from, among zeros.
TL_API Tensor max_unpool1d(const Tensor& input, const Tensor& indices,
                           const MaxUnpool1dFuncOptions& options);
TL_API Tensor max_unpool2d(const Tensor& input, const Tensor& indices,
                           const MaxUnpool2dFuncOptions& options);
TL_API Tensor max_unpool3d(const Tensor& input, const Tensor& indices,
                           const MaxUnpool3dFuncOptions& options);

}  // namespace torch::nn::functional

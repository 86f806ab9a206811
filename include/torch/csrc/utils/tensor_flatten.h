// libtorch: Tensors as one vector and back.
#pragma once
#include "tealight/torch.h"

namespace torch::utils {

inline at::Tensor flatten_dense_tensors(at::TensorList tensors) {
  std::vector<at::Tensor> flat;
  for (const at::Tensor& t : tensors) flat.push_back(t.contiguous().view({-1}));
  return at::cat(flat);
}
/// Pieces of `flat`, shaped as `tensors`; an empty one has memory of its own.
inline std::vector<at::Tensor> unflatten_dense_tensors(const at::Tensor& flat,
                                                       at::TensorList tensors) {
  std::vector<at::Tensor> pieces;
  int64_t offset = 0;
  for (const at::Tensor& t : tensors) {
    const int64_t n = t.numel();
    pieces.push_back(n == 0 ? at::empty({0}, flat.options())
                            : flat.narrow(0, offset, n).view(t.sizes()));
    offset += n;
  }
  return pieces;
}

}  // namespace torch::utils

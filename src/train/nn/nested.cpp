#include "tealight/nested.h"

#include <algorithm>

namespace torch::nested {

NestedTensor::NestedTensor(std::vector<Tensor> tensors) : tensors_(std::move(tensors)) {
  for (const Tensor& t : tensors_) {
    TL_CHECK(t.dim() == tensors_[0].dim(),
             "All Tensors given to nested_tensor must have the same dimension. Found dimension ",
             t.dim(), " for Tensor at index ", &t - tensors_.data(), " and dimension ",
             tensors_[0].dim(), " for Tensor at index 0.");
    TL_CHECK(t.scalar_type() == tensors_[0].scalar_type(), "nested_tensor: a Tensor of ",
             t.scalar_type(), " beside one of ", tensors_[0].scalar_type(),
             "; fix: convert them, or say the dtype");
  }
}

int64_t NestedTensor::dim() const { return tensors_.empty() ? 1 : tensors_[0].dim() + 1; }

int64_t NestedTensor::size(int64_t dim) const {
  const int64_t rank = this->dim();
  TL_CHECK(dim >= -rank && dim < rank, "Dimension out of range (expected to be in range of [",
           -rank, ", ", rank - 1, "], but got ", dim, ")");
  if (dim < 0) dim += rank;
  if (dim == 0) return int64_t(tensors_.size());
  const int64_t size = tensors_[0].size(dim - 1);
  for (const Tensor& t : tensors_)
    TL_CHECK(t.size(dim - 1) == size, "Given dimension ", dim,
             " is irregular and does not have a size.");
  return size;
}

NestedTensor nested_tensor(TensorList list, const TensorOptions& options) {
  std::vector<Tensor> copies;
  for (const Tensor& t : list) {
    Tensor copy =
        t.detach().to(options.has_dtype() ? options.dtype().toScalarType() : t.scalar_type(),
                      /*non_blocking=*/false, /*copy=*/true);
    copies.push_back(options.requires_grad() ? copy.requires_grad_() : copy);
  }
  return NestedTensor(std::move(copies));
}

NestedTensor as_nested_tensor(TensorList list, std::optional<ScalarType> dtype) {
  std::vector<Tensor> tensors;
  for (const Tensor& t : list) tensors.push_back(t.to(dtype.value_or(t.scalar_type())));
  return NestedTensor(std::move(tensors));
}

Tensor to_padded_tensor(const NestedTensor& nested, double padding,
                        OptionalIntArrayRef output_size) {
  const std::vector<Tensor>& tensors = nested.unbind();
  TL_CHECK(!tensors.empty(), "to_padded_tensor: the nested tensor holds no tensors");
  std::vector<int64_t> sizes(size_t(nested.dim() - 1), 0);
  for (const Tensor& t : tensors)
    for (size_t d = 0; d < sizes.size(); ++d) sizes[d] = std::max(sizes[d], t.sizes()[d]);
  if (output_size) {
    const IntArrayRef wanted = *output_size;
    TL_CHECK(wanted.size() == sizes.size() + 1 && wanted[0] == int64_t(tensors.size()),
             "to_padded_tensor: output_size ", wanted, " must name ", tensors.size(),
             " tensors of ", sizes.size(), " dimensions");
    for (size_t d = 0; d < sizes.size(); ++d)
      TL_CHECK(wanted[d + 1] >= sizes[d],
               "Value in output_size is less than NestedTensor padded size. Truncation is not "
               "supported.");
    sizes.assign(wanted.begin() + 1, wanted.end());
  }
  std::vector<Tensor> padded;
  for (const Tensor& t : tensors) {
    std::vector<int64_t> behind;  // before and behind, the last dimension first
    for (size_t d = sizes.size(); d-- > 0;) {
      behind.push_back(0);
      behind.push_back(sizes[d] - t.sizes()[d]);
    }
    padded.push_back(constant_pad_nd(t, behind, padding));
  }
  return stack(padded);
}

}  // namespace torch::nested

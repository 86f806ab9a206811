// ParameterList: tensors registered as parameters "0", "1" ...
#pragma once
#include "tealight/nn/cloneable.h"

namespace torch::nn {

class TL_API ParameterListImpl : public Cloneable<ParameterListImpl> {
 public:
  using Item = OrderedDict<std::string, Tensor>::Item;
  using Iterator = std::vector<Item>::iterator;
  using ConstIterator = std::vector<Item>::const_iterator;

  ParameterListImpl() = default;
  template <class... Tensors>
  explicit ParameterListImpl(const Tensors&... tensors) {
    parameters_.reserve(sizeof...(Tensors));
    (append(tensors), ...);
  }

  void reset() override {}
  void pretty_print(std::ostream& stream) const override;

  void append(const Tensor& parameter);
  void append(const Item& named) { append(named.value()); }
  template <class Container>
  void extend(const Container& container) {
    for (const auto& parameter : container) append(parameter);
  }
  template <class Container>
  Container& operator+=(const Container& other) {
    extend(other);
    return *this;
  }

  Iterator begin() { return parameters_.begin(); }
  ConstIterator begin() const { return parameters_.begin(); }
  Iterator end() { return parameters_.end(); }
  ConstIterator end() const { return parameters_.end(); }
  Tensor& at(size_t index) { return const_cast<Tensor&>(std::as_const(*this).at(index)); }
  const Tensor& at(size_t index) const {
    TL_CHECK(index < size(), "Index out of range");
    return parameters_[index].value();
  }
  Tensor& operator[](size_t index) { return at(index); }
  const Tensor& operator[](size_t index) const { return at(index); }
  size_t size() const noexcept { return parameters_.size(); }
  bool is_empty() const noexcept { return parameters_.is_empty(); }
};
TORCH_MODULE(ParameterList);

}  // namespace torch::nn

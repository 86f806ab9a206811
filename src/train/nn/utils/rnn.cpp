// Sequences of unlike lengths in one tensor.
#include "tealight/nn/utils/rnn.h"

#include "tealight/factories.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::utils::rnn {

Tensor invert_permutation(const Tensor& permutation) {
  if (!permutation.defined()) return Tensor();
  return torch::empty_like(permutation)
      .scatter_(0, permutation, torch::arange(0, permutation.numel(), TensorOptions(kLong)));
}

PackedSequence::PackedSequence(Tensor data, Tensor batch_sizes, Tensor sorted_indices,
                               Tensor unsorted_indices)
    : data_(std::move(data)),
      batch_sizes_(std::move(batch_sizes)),
      sorted_indices_(std::move(sorted_indices)),
      unsorted_indices_(unsorted_indices.defined() ? std::move(unsorted_indices)
                                                   : invert_permutation(sorted_indices_)) {}

PackedSequence PackedSequence::to(TensorOptions options) const {
  Tensor data = data_.to(options);
  if (data.is_same(data_)) return *this;
  return PackedSequence(std::move(data), batch_sizes_, sorted_indices_, unsorted_indices_);
}

PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first,
                                    bool enforce_sorted) {
  lengths = lengths.to(kLong);
  Tensor order;
  if (!enforce_sorted) {
    std::tie(lengths, order) = torch::sort(lengths, -1, true);
    input = input.index_select(batch_first ? 0 : 1, order);
  }
  auto [data, batch_sizes] = torch::_pack_padded_sequence(input, lengths, batch_first);
  return PackedSequence(std::move(data), std::move(batch_sizes), std::move(order));
}

std::tuple<Tensor, Tensor> pad_packed_sequence(const PackedSequence& sequence, bool batch_first,
                                               double padding_value,
                                               std::optional<int64_t> total_length) {
  const int64_t longest = sequence.batch_sizes().size(0);
  TL_CHECK(total_length.value_or(longest) >= longest,
           "Expected total_length to be at least the length of the longest sequence in input, but "
           "got total_length=",
           *total_length, " and max sequence length being ", longest);
  auto [padded, lengths] =
      torch::_pad_packed_sequence(sequence.data(), sequence.batch_sizes(), batch_first,
                                  padding_value, total_length.value_or(longest));
  const Tensor& order = sequence.unsorted_indices();
  if (!order.defined()) return {padded, lengths};
  return {padded.index_select(batch_first ? 0 : 1, order), lengths.index_select(0, order)};
}

Tensor pad_sequence(ArrayRef<Tensor> sequences, bool batch_first, double padding_value,
                    std::string_view padding_side) {
  TL_CHECK(padding_side == "right" || padding_side == "left",
           "pad_sequence: padding_side should be 'left' or 'right', got '", padding_side, "'");
  if (padding_side == "right") return torch::pad_sequence(sequences, batch_first, padding_value);
  std::vector<Tensor> reversed;
  for (const Tensor& s : sequences) reversed.push_back(s.flip({0}));
  return torch::pad_sequence(reversed, batch_first, padding_value).flip({batch_first ? 1 : 0});
}

PackedSequence pack_sequence(ArrayRef<Tensor> sequences, bool enforce_sorted) {
  std::vector<int64_t> lengths;
  for (const Tensor& s : sequences) lengths.push_back(s.size(0));
  return pack_padded_sequence(torch::pad_sequence(sequences), torch::tensor(lengths), false,
                              enforce_sorted);
}

}  // namespace torch::nn::utils::rnn

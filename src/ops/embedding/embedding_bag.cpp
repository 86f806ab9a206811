// embedding_bag: rows of a table summed, averaged or maximised over bags of indexes.
#include <algorithm>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

enum class Mode { sum, mean, max };

Tensor longs(const std::vector<int64_t>& v, ScalarType type = kLong) {
  Tensor t(Fact(kLong, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.as<int64_t>());
  return converted(t, type);
}

// Which places of `indices` count, what rows they name and whose bag they are in.
struct Bags {
  std::vector<int64_t> places, rows, bags, sizes;
  std::vector<int64_t> bag_of_place;
};
Bags bags_of(const Tensor& indices, const Tensor& offsets, int64_t rows, bool include_last,
             int64_t padding) {
  const Tensor i = tealight::contiguous(converted(indices, kLong)),
               o = tealight::contiguous(converted(offsets, kLong));
  const int64_t n = i.numel(), bags = std::max<int64_t>(0, o.numel() - (include_last ? 1 : 0));
  const int64_t *index = i.as<int64_t>(), *offset = o.as<int64_t>();
  TL_CHECK(
      o.numel() == 0 || offset[0] == 0,
      "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ",
      o.numel() ? offset[0] : 0);
  TL_CHECK(!include_last || o.numel() >= 1,
           "include_last_offset: number of offset should be at least 1");
  Bags b;
  b.sizes.assign(size_t(bags), 0);
  b.bag_of_place.assign(size_t(n), bags);  // places behind the last offset are in no bag
  for (int64_t k = 0; k < bags; ++k) {
    const int64_t from = offset[k], to = k + 1 < o.numel() ? offset[k + 1] : n;
    TL_CHECK(from >= 0 && from <= to && to <= n,
             "embedding_bag: offsets must rise from 0 to at most the number of indices (", n,
             "), but bag ", k, " is [", from, ", ", to, ")");
    for (int64_t p = from; p < to; ++p) {
      TL_CHECK(index[p] >= 0 && index[p] < rows,
               "embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be ",
               index[p]);
      b.bag_of_place[size_t(p)] = k;
      if (index[p] == padding) continue;
      b.places.push_back(p), b.rows.push_back(index[p]), b.bags.push_back(k);
      ++b.sizes[size_t(k)];
    }
  }
  return b;
}

// PyTorch adds rows without a list of their bags when it can.
bool sums_directly(const Tensor& weight, const std::optional<Tensor>& weights, Mode mode,
                   int64_t padding) {
  const ScalarType t = weight.scalar_type();
  return mode == Mode::sum && padding < 0 && (t == kFloat || t == kHalf) && weight.stride(1) == 1 &&
         (!weights || weights->stride(0) == 1);
}

using Result = std::tuple<Tensor, Tensor, Tensor, Tensor>;
Result embedding_bag_of(const Tensor& weight, const Tensor& indices, const Tensor& offsets,
                        int64_t mode, const std::optional<Tensor>& weights, bool include_last,
                        int64_t padding) {
  TL_CHECK(weight.dim() == 2, "embedding_bag: weight must be 2-D, but has shape ", weight.sizes());
  TL_CHECK(indices.dim() == 1 && offsets.dim() == 1,
           "embedding_bag: input and offsets must be 1-D, got shapes ", indices.sizes(), " and ",
           offsets.sizes());
  TL_CHECK(is_integral(indices.scalar_type(), false) && is_integral(offsets.scalar_type(), false),
           "embedding_bag: indices and offsets must be Long or Int, got ", indices.scalar_type(),
           " and ", offsets.scalar_type());
  TL_CHECK(mode >= 0 && mode <= 2, "embedding_bag: unknown mode ", mode);
  TL_CHECK(!weights || mode == 0,
           "embedding_bag: per_sample_weights only supported with mode='sum'");
  TL_CHECK(!weights || weights->sizes() == indices.sizes(),
           "embedding_bag: per_sample_weights must have the shape of indices");
  const ScalarType index_type = promote_types(indices.scalar_type(), offsets.scalar_type());
  const Bags b = bags_of(indices, offsets, weight.size(0), include_last, padding);
  const int64_t n = int64_t(b.sizes.size()), columns = weight.size(1);
  Tensor rows = tealight::index_select(weight, 0, longs(b.rows));
  if (weights)
    rows = tealight::mul(
        rows, tealight::unsqueeze(tealight::index_select(*weights, 0, longs(b.places)), 1));
  const Tensor bag = longs(b.bags), sizes = longs(b.sizes),
               none = tealight::zeros({n, columns}, weight.options());
  Tensor out, largest;
  if (Mode(mode) == Mode::max) {
    std::vector<Tensor> outs;
    size_t at = 0;
    largest = tealight::zeros({n, columns}, TensorOptions(index_type));
    for (int64_t k = 0; k < n; at += size_t(b.sizes[size_t(k)]), ++k) {
      if (b.sizes[size_t(k)] == 0) {
        outs.push_back(tealight::select(none, 0, k));
        continue;
      }
      const auto [value, place] =
          tealight::max(tealight::narrow(rows, 0, int64_t(at), b.sizes[size_t(k)]), 0);
      outs.push_back(value);
      copy_into(tealight::select(largest, 0, k),
                tealight::index_select(longs({b.rows.begin() + int64_t(at),
                                              b.rows.begin() + int64_t(at) + b.sizes[size_t(k)]}),
                                       0, place));
    }
    out = outs.empty() ? none : tealight::stack(outs);
  } else {
    out = tealight::index_add(none, 0, bag, rows);
    if (Mode(mode) == Mode::mean)
      out = tealight::div(
          out,
          tealight::unsqueeze(converted(tealight::clamp_min(sizes, 1), weight.scalar_type()), 1));
  }
  // The others are for PyTorch's gradient alone, and it makes no more of them than that needs.
  const bool direct = sums_directly(weight, weights, Mode(mode), padding);
  const Tensor bag_sizes = Mode(mode) == Mode::sum
                               ? tealight::zeros(offsets.sizes(), TensorOptions(index_type))
                               : converted(sizes, index_type);
  return {out, longs(direct ? std::vector<int64_t>() : b.bag_of_place, index_type), bag_sizes,
          Mode(mode) == Mode::max ? largest : bag_sizes};
}
Result bag_impl(const Tensor& weight, const Tensor& indices, const Tensor& offsets, bool,
                int64_t mode, bool, const std::optional<Tensor>& weights, bool include_last) {
  return embedding_bag_of(weight, indices, offsets, mode, weights, include_last, -1);
}
Result bag_padding_impl(const Tensor& weight, const Tensor& indices, const Tensor& offsets, bool,
                        int64_t mode, bool, const std::optional<Tensor>& weights, bool include_last,
                        std::optional<int64_t> padding) {
  int64_t p = -1;
  if (padding) {
    TL_CHECK(*padding >= -weight.size(0) && *padding < weight.size(0),
             "padding_idx must be within the number of embeddings, -", weight.size(0), " through ",
             weight.size(0) - 1, ", but got ", *padding);
    p = *padding < 0 ? *padding + weight.size(0) : *padding;
  }
  return embedding_bag_of(weight, indices, offsets, mode, weights, include_last, p);
}
Result bag_kernel_impl(const Tensor& weight, const Tensor& indices, const Tensor& offsets, bool,
                       int64_t mode, bool, const std::optional<Tensor>& weights, bool include_last,
                       int64_t padding) {
  return embedding_bag_of(weight, indices, offsets, mode, weights, include_last, padding);
}

std::vector<Sample> bag_samples() {
  const Tensor index = longs({1, 0, 3, 3, 2}), offsets = longs({0, 2, 2});
  return {{{sample({4, 3}), index, offsets, false, 0, false, Value(), false}},
          {{sample({4, 3}), index, offsets, false, 1, false, Value(), false}},
          {{sample({4, 3}), index, longs({0, 2, 5}), false, 0, false, sample({5}, kFloat, 0, 1, 2),
            true}}};
}
std::vector<Sample> padding_samples() {
  return {{{sample({4, 3}), longs({1, 0, 3, 3, 2}), longs({0, 2}), false, 2, false, Value(), false,
            3}}};
}

}  // namespace

TL_OP(embedding_bag){
    .schemas =
        {"aten::embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)"},
    .function = function<bag_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(bag_samples),
};
TL_OP(embedding_bag_padding){
    .schemas =
        {"aten::embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)"},
    .function = function<bag_padding_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(padding_samples),
};
TL_OP(embedding_bag_kernel){
    .schemas =
        {"aten::_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)",
         "aten::_embedding_bag_forward_only(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)"},
    .function = function<bag_kernel_impl>,
    .traits = Trait::composite | Trait::copied_out,
};
}  // namespace tealight::ops

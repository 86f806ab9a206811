// tealight::attention: softmax(Q K^T scale + mask) V of all heads, one step of a plan.
//
// q, k and v are (batch, heads, tokens, size) with any strides; the result's strides are those of a
// dense (batch, tokens, heads, size), so that transpose(1, 2) and reshape give what the next linear
// layer reads without a copy.
#include "ops/fused/attention.h"

#include <cmath>

#include "core/parallel.h"
#include "kernels/attention/attention.h"
#include "ops/broadcast.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using namespace kernels;

Fact infer_attention(const Fact& q, const Fact& k, const Fact& v, OptionalFact mask, double) {
  TL_CHECK(q.dim() == 4 && k.dim() == 4 && v.dim() == 4,
           "attention: q, k and v must be (batch, heads, tokens, size), but are ", q.sizes, ", ",
           k.sizes, ", ", v.sizes);
  const bool fits = q.sizes[0] == k.sizes[0] && k.sizes[0] == v.sizes[0] &&
                    q.sizes[1] == k.sizes[1] && k.sizes[1] == v.sizes[1] &&
                    q.sizes[3] == k.sizes[3] && k.sizes[2] == v.sizes[2];
  TL_CHECK(fits, "attention: q ", q.sizes, ", k ", k.sizes, " and v ", v.sizes,
           " do not fit each other");
  TL_CHECK(q.dtype == kFloat && k.dtype == kFloat && v.dtype == kFloat,
           "attention: q, k and v must be float32, but are ", q.dtype, ", ", k.dtype, ", ",
           v.dtype);
  const DimVector scores{q.sizes[0], q.sizes[1], q.sizes[2], k.sizes[2]};
  if (mask) {
    TL_CHECK(mask->dtype == kBool || mask->dtype == kFloat,
             "attention: a mask is bool or float32, but this is ", mask->dtype);
    TL_CHECK(broadcast_sizes(mask->sizes, scores) == scores, "attention: a mask ", mask->sizes,
             " for scores ", scores);
  }
  Fact out(kFloat, {q.sizes[0], q.sizes[1], q.sizes[2], v.sizes[3]});
  const int64_t token = q.sizes[1] * v.sizes[3];
  out.strides = {q.sizes[2] * token, v.sizes[3], token, 1};
  return out;
}

HeadStrides head_strides(const Fact& f) { return {f.strides[0], f.strides[1], f.strides[2]}; }
bool rows_are_dense(const Fact& f) { return f.strides[3] == 1 || f.sizes[3] == 1; }

// Strides of the mask as seen in (batch, heads, queries, keys).
AttentionMask mask_of(const Fact& mask) {
  AttentionMask m{nullptr, mask.dtype == kBool};
  int64_t* const strides[] = {&m.batch, &m.head, &m.query, &m.key};
  const size_t dims = mask.sizes.size();
  for (size_t d = 0; d < dims; ++d)
    *strides[4 - dims + d] = mask.sizes[d] == 1 ? 0 : mask.strides[d];
  return m;
}

Offer prepare_attention(const Call& c) {
  const Fact &q = c.in(0), &k = c.in(1), &v = c.in(2);
  for (const Fact* f : {&q, &k, &v, &c.out()})
    if (!rows_are_dense(*f)) return "a head's numbers are not neighbours";
  if (k.sizes[2] == 0) return "no keys";
  const AttentionShape s{q.sizes[0],
                         q.sizes[1],
                         q.sizes[2],
                         k.sizes[2],
                         q.sizes[3],
                         v.sizes[3],
                         head_strides(q),
                         head_strides(k),
                         head_strides(v),
                         head_strides(c.out()),
                         float(c.arg<double>(4))};
  const AttentionMask mask = c.has_in(3) ? mask_of(c.in(3)) : AttentionMask{};
  const int threads = get_num_threads();
  return Kernel(
      [s, mask, threads](const Pointers& p) {
        AttentionMask m = mask;
        m.data = p.in<void>(3);
        attention_f32(s, threads, p.in<float>(0), p.in<float>(1), p.in<float>(2), m, p.out<float>(),
                      p.scratch<void>());
      },
      attention_scratch_bytes(s, threads));
}
// Whatever the strides are: no keys at all give 0.
Offer prepare_plain(const Call& c) {
  return Kernel(
      [q = c.in(0), k = c.in(1), v = c.in(2), out = c.out(), scale = c.arg<double>(4),
       mask = c.has_in(3) ? mask_of(c.in(3)) : AttentionMask{}](const Pointers& p) {
        const auto at = [](const Fact& f, int64_t b, int64_t h, int64_t i, int64_t d) {
          return b * f.strides[0] + h * f.strides[1] + i * f.strides[2] + d * f.strides[3];
        };
        const int64_t S = k.sizes[2], D = k.sizes[3];
        double* weights = p.scratch<double>();
        for (int64_t b = 0; b < q.sizes[0]; ++b)
          for (int64_t h = 0; h < q.sizes[1]; ++h)
            for (int64_t i = 0; i < q.sizes[2]; ++i) {
              double most = -HUGE_VAL, sum = 0;
              for (int64_t j = 0; j < S; ++j) {
                double score = 0;
                for (int64_t d = 0; d < D; ++d)
                  score += double(p.in<float>(0)[at(q, b, h, i, d)]) *
                           double(p.in<float>(1)[at(k, b, h, j, d)]);
                const int64_t m = b * mask.batch + h * mask.head + i * mask.query + j * mask.key;
                score *= scale;
                if (p.ins[3] && mask.bytes && !p.in<bool>(3)[m]) score = -HUGE_VAL;
                if (p.ins[3] && !mask.bytes) score += double(p.in<float>(3)[m]);
                most = std::max(most, weights[j] = score);
              }
              for (int64_t j = 0; j < S; ++j) sum += weights[j] = std::exp(weights[j] - most);
              for (int64_t e = 0; e < v.sizes[3]; ++e) {
                double total = 0;
                for (int64_t j = 0; j < S; ++j)
                  total += weights[j] * double(p.in<float>(2)[at(v, b, h, j, e)]);
                p.out<float>()[at(out, b, h, i, e)] = float(S ? total / sum : 0);
              }
            }
      },
      size_t(c.in(1).sizes[2]) * sizeof(double));
}
constexpr Impl attention_kernels[] = {{"heads", prepare_attention}, {"plain", prepare_plain}};

// With P the weights, O = P V and S the scores: dV = P^T dO; dP = dO V^T; dS = P (dP - sum(P dP)).
Grads attention_backward(const GradCall& c) {
  const Tensor &q = c.in(0), &k = c.in(1), &v = c.in(2), &g = c.grad();
  const double scale = c.arg<double>(4);
  Tensor scores = mul(matmul(q, transpose(k, -2, -1)), scale);
  if (c.in(3).defined())
    scores = c.in(3).scalar_type() == kBool ? masked_fill(scores, logical_not(c.in(3)), -HUGE_VAL)
                                            : add(scores, c.in(3));
  const Tensor p = softmax(scores, -1), dp = mul(p, matmul(g, transpose(v, -2, -1)));
  const Tensor ds = sub(dp, mul(p, sum(dp, {-1}, true)));
  return {mul(matmul(ds, k), scale), mul(matmul(transpose(ds, -2, -1), q), scale),
          matmul(transpose(p, -2, -1), g), c.wants(3) ? ds : Tensor()};
}

// (batch, tokens, 3, heads, size), of which q, k and v are parts.
std::vector<Value> parts(int64_t tokens, const Value& mask) {
  const Tensor all = sample({2, tokens, 3, 2, 4});
  std::vector<Value> args;
  for (int64_t i = 0; i < 3; ++i) args.push_back(transpose(select(all, 2, i), 1, 2));
  args.push_back(mask), args.push_back(0.5);
  return args;
}
std::vector<Sample> samples() { return {{parts(5, Value())}, {parts(3, sample({3, 3}))}}; }

}  // namespace

bool takes_fused_attention(const Tensor& q, const Tensor& k, const Tensor& v) {
  for (const Tensor* t : {&q, &k, &v})
    if (t->dim() != 4 || t->scalar_type() != kFloat || t->size(0) != q.size(0) ||
        t->size(1) != q.size(1))
      return false;
  return q.size(3) == k.size(3) && k.size(2) == v.size(2);
}
Tensor fused_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                       const std::optional<Tensor>& mask, double scale) {
  static const Overload& op = find_overload("tealight::attention");
  return detail::call_as<Tensor>(op, q, k, v, mask, scale);
}

TL_OP(tealight_attention){
    .schemas =
        {"tealight::attention(Tensor q, Tensor k, Tensor v, Tensor? mask, float scale) -> Tensor"},
    .infer = infer<infer_attention>,
    .kernels = attention_kernels,
    .backward = TL_TRAIN(attention_backward),
    .reads = {args(0, 1, 2, 3), 0},
    .traits = Trait::strided,
    .samples = TL_TEST(samples),
};
}  // namespace tealight::ops

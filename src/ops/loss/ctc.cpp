// Connectionist temporal classification (Graves et al. 2006): the log likelihood of a label
// sequence under per-step class probabilities, summed over all alignments with blanks between, by
// the forward algorithm; its gradient by the forward-backward algorithm.
#include <cmath>

#include "ops/gradients.h"
#include "ops/loss/reduction.h"
#include "ops/op.h"

namespace tealight::ops {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  if (a == kNever || b == kNever) return a == kNever ? b : a;
  const double m = std::max(a, b);
  return m + std::log(std::exp(a - m) + std::exp(b - m));
}

// Lengths as the caller gave them, targets cut out for each sample, all checked.
struct Batch {
  int64_t steps, size, classes, blank, longest = 0;
  std::vector<int64_t> input_lengths;
  std::vector<std::vector<int64_t>> targets;
  std::vector<int64_t> symbols(int64_t b) const {  // blank, l1, blank, l2, ..., blank
    std::vector<int64_t> s(1, blank);
    for (int64_t label : targets[size_t(b)]) s.insert(s.end(), {label, blank});
    return s;
  }

  Batch(const Tensor& log_probs, const Tensor& labels, const DimVector& inputs,
        const DimVector& lengths, int64_t blank_label)
      : blank(blank_label), input_lengths(inputs.begin(), inputs.end()) {
    steps = log_probs.size(0);
    size = log_probs.size(1);
    classes = log_probs.size(2);
    TL_CHECK(is_integral(labels.scalar_type(), false) &&
                 (labels.scalar_type() == kLong || labels.scalar_type() == kInt),
             "ctc_loss: targets must be of type Long or Int, but are ", labels.scalar_type());
    TL_CHECK(blank >= 0 && blank < classes, "blank must be in label range");
    TL_CHECK(int64_t(inputs.size()) == size, "input_lengths must be of size batch_size");
    TL_CHECK(int64_t(lengths.size()) == size, "target_lengths must be of size batch_size");
    const Tensor flat = labels.to(kLong).contiguous();
    const bool padded = labels.dim() == 2;
    TL_CHECK(labels.dim() == 1 || (padded && labels.size(0) == size),
             "ctc_loss: targets have shape ", labels.sizes(), "; want one row for each of ", size,
             " samples, or all in one dimension");
    int64_t start = 0;
    for (int64_t b = 0; b < size; ++b) {
      const int64_t n = lengths[size_t(b)], row = padded ? labels.size(1) : labels.numel() - start;
      TL_CHECK(n >= 0 && n <= row, "Expected tensor to have size at least ", n,
               " at dimension 1, but got size ", row, " for the targets of sample ", b);
      TL_CHECK(input_lengths[size_t(b)] >= 0 && input_lengths[size_t(b)] <= steps,
               "Expected input_lengths to have value at most ", steps, ", but got value ",
               input_lengths[size_t(b)]);
      const int64_t* first = flat.as<int64_t>() + (padded ? b * row : start);
      targets.emplace_back(first, first + n);
      for (int64_t label : targets.back())
        TL_CHECK(label >= 0 && label < classes, "ctc_loss: target ", label, " is no class of ",
                 classes);
      start += n;
      longest = std::max(longest, n);
    }
  }
};

// Whether symbol s may follow s - 2 directly: both are labels and differ.
bool may_skip(const std::vector<int64_t>& symbols, size_t s) {
  return s >= 2 && symbols[s] != symbols[s - 2];
}

struct Steps {  // of one sample: log probability of class k at step t
  const double* data;
  int64_t stride;
  double operator()(int64_t t, int64_t k) const { return data[t * stride + k]; }
};

// alpha[t * width + s] = log likelihood of all ways to stand at symbol s after step t. Returns that
// of the whole.
double forward(const Steps& p, int64_t steps, const std::vector<int64_t>& symbols, double* alpha,
               size_t width) {
  const size_t n = symbols.size();
  if (steps == 0) return n == 1 ? 0 : kNever;
  for (size_t s = 0; s < n; ++s) alpha[s] = s < 2 ? p(0, symbols[s]) : kNever;
  for (int64_t t = 1; t < steps; ++t) {
    const double* last = alpha + size_t(t - 1) * width;
    double* now = alpha + size_t(t) * width;
    for (size_t s = 0; s < n; ++s) {
      double sum = last[s];
      if (s >= 1) sum = log_add(sum, last[s - 1]);
      if (may_skip(symbols, s)) sum = log_add(sum, last[s - 2]);
      now[s] = sum + p(t, symbols[s]);
    }
  }
  const double* end = alpha + size_t(steps - 1) * width;
  return n == 1 ? end[0] : log_add(end[n - 1], end[n - 2]);
}

// out[t, k] = g (p - share of the likelihood that passes class k at step t), see equation 16.
void backward(const Steps& p, int64_t steps, const std::vector<int64_t>& symbols,
              const double* alpha, size_t width, double likelihood, double g, double* out) {
  const size_t n = symbols.size();
  std::vector<double> beta(n), next(n), share(size_t(p.stride));
  for (int64_t t = steps; t-- > 0;) {
    for (size_t s = 0; s < n; ++s) {
      double sum = t == steps - 1 ? (s + 2 >= n ? 0 : kNever) : next[s];
      if (t < steps - 1) {
        if (s + 1 < n) sum = log_add(sum, next[s + 1]);
        if (s + 2 < n && may_skip(symbols, s + 2)) sum = log_add(sum, next[s + 2]);
      }
      beta[s] = sum + p(t, symbols[s]);
    }
    std::fill(share.begin(), share.end(), kNever);
    for (size_t s = 0; s < n; ++s)
      share[size_t(symbols[s])] =
          log_add(share[size_t(symbols[s])], alpha[size_t(t) * width + s] + beta[s]);
    for (size_t k = 0; k < share.size(); ++k) {
      const double lp = p(t, int64_t(k));
      out[t * p.stride + int64_t(k)] = g * (std::exp(lp) - std::exp(share[k] - likelihood - lp));
    }
    std::swap(beta, next);
  }
}

// Log probabilities as (batch, steps, classes) doubles.
Tensor by_sample(const Tensor& log_probs) {
  return log_probs.to(kDouble).transpose(0, 1).contiguous();
}
Tensor batched(const Tensor& t) { return t.dim() == 2 ? t.unsqueeze(1) : t; }

std::tuple<Tensor, Tensor> ctc_loss_forward(const Tensor& given, const Tensor& targets,
                                            const DimVector& input_lengths,
                                            const DimVector& target_lengths, int64_t blank, bool) {
  TL_CHECK(given.dim() == 3 || given.dim() == 2, "ctc_loss: log_probs has ", given.dim(),
           " dimensions; want (steps, batch, classes) or (steps, classes)");
  const Tensor log_probs = batched(given), p = by_sample(log_probs);
  const Batch batch(log_probs, targets, input_lengths, target_lengths, blank);
  const size_t width = size_t(2 * batch.longest + 1), plane = size_t(batch.steps) * width;
  const Tensor alpha = full({batch.size, batch.steps, int64_t(width)}, kNever, kDouble),
               losses(Fact(kDouble, {batch.size}));
  const int64_t row = batch.steps * batch.classes;
  for (int64_t b = 0; b < batch.size; ++b)
    losses.as<double>()[b] =
        -forward({p.as<double>() + b * row, batch.classes}, batch.input_lengths[size_t(b)],
                 batch.symbols(b), alpha.as<double>() + size_t(b) * plane, width);
  const Tensor loss = losses.to(given.scalar_type());
  return {given.dim() == 2 ? loss.squeeze(0) : loss, alpha.to(given.scalar_type())};
}

// The loss and log_alpha of the forward call are not needed: alpha is computed again, in double
// precision.
Tensor ctc_loss_backward(const Tensor& grad, const Tensor& given, const Tensor& targets,
                         const DimVector& input_lengths, const DimVector& target_lengths,
                         const Tensor&, const Tensor&, int64_t blank, bool zero_infinity) {
  const Tensor log_probs = batched(given), p = by_sample(log_probs),
               g = grad.to(kDouble).reshape({-1}).contiguous();
  const Batch batch(log_probs, targets, input_lengths, target_lengths, blank);
  TL_CHECK(g.numel() == batch.size, "ctc_loss: the gradient has ", g.numel(),
           " elements, not one for each of ", batch.size, " samples");
  const Tensor out = zeros_like(p);
  const size_t width = size_t(2 * batch.longest + 1);
  std::vector<double> alpha(size_t(batch.steps) * width);
  const int64_t row = batch.steps * batch.classes;
  for (int64_t b = 0; b < batch.size; ++b) {
    const Steps steps{p.as<double>() + b * row, batch.classes};
    const std::vector<int64_t> symbols = batch.symbols(b);
    const double likelihood =
        forward(steps, batch.input_lengths[size_t(b)], symbols, alpha.data(), width);
    if (zero_infinity && likelihood == kNever) continue;
    backward(steps, batch.input_lengths[size_t(b)], symbols, alpha.data(), width, likelihood,
             g.as<double>()[b], out.as<double>() + b * row);
  }
  const Tensor result = out.transpose(0, 1).to(given.scalar_type()).contiguous();
  return given.dim() == 2 ? result.squeeze(1) : result;
}

Grads forward_gradient(const GradCall& c) {
  static constinit detail::Callee op{"_ctc_loss_backward", "TTTllTTib"};
  if (!c.wants(0)) return {};
  const DimVector inputs = c.arg<DimVector>(2), lengths = c.arg<DimVector>(3);
  const IntArrayRef input_lengths = inputs, target_lengths = lengths;
  const int64_t blank = c.arg<int64_t>(4);
  const bool zero_infinity = c.arg<bool>(5);
  return {op.tensor({&c.grad(), &c.in(0), &c.in(1), &input_lengths, &target_lengths, &c.out(0),
                     &c.out(1), &blank, &zero_infinity})};
}

Tensor ctc_loss_impl(const Tensor& log_probs, const Tensor& targets, const DimVector& inputs,
                     const DimVector& lengths, int64_t blank, int64_t reduction,
                     bool zero_infinity) {
  static constinit detail::Callee op{"_ctc_loss", "TTllib"};
  const IntArrayRef input_lengths = inputs, target_lengths = lengths;
  Tensor loss = std::get<0>(op.result<std::tuple<Tensor, Tensor>>(
      {&log_probs, &targets, &input_lengths, &target_lengths, &blank, &zero_infinity}));
  if (zero_infinity) loss = where(loss == std::numeric_limits<double>::infinity(), 0, loss);
  if (reduction != kMean) return reduced(loss, reduction);
  const Tensor counts(Fact(kLong, {int64_t(lengths.size())}));
  std::copy(lengths.begin(), lengths.end(), counts.as<int64_t>());
  return (loss / counts.clamp_min(1).to(loss.scalar_type())).mean();
}

DimVector lengths_of(const Tensor& t, const char* name) {
  TL_CHECK(is_integral(t.scalar_type(), false), name, " must be integral");
  const Tensor flat = t.to(kLong).contiguous();
  return DimVector(IntArrayRef(flat.as<int64_t>(), size_t(flat.numel())));
}
Tensor ctc_loss_of_tensors(const Tensor& log_probs, const Tensor& targets, const Tensor& inputs,
                           const Tensor& lengths, int64_t blank, int64_t reduction,
                           bool zero_infinity) {
  return ctc_loss_impl(log_probs, targets, lengths_of(inputs, "input_lengths"),
                       lengths_of(lengths, "target_lengths"), blank, reduction, zero_infinity);
}

#if TL_WITH_SAMPLES
Tensor log_probs(IntArrayRef sizes) { return log_softmax(sample(sizes), -1, kFloat); }
Tensor integers(IntArrayRef values) {
  Tensor t(Fact(kLong, {int64_t(values.size())}));
  std::copy(values.begin(), values.end(), t.as<int64_t>());
  return t;
}
#endif
}  // namespace

TL_OP(ctc_loss_kernel){
    .schemas =
        {"aten::_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, bool zero_infinity=False) -> (Tensor, Tensor)"},
    .function = function<ctc_loss_forward>,
    .backward = TL_TRAIN(forward_gradient),
    .traits = Trait::copied_out,
};
TL_OP(ctc_loss_backward_kernel){
    .schemas =
        {"aten::_ctc_loss_backward(Tensor grad, Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, Tensor neg_log_likelihood, Tensor log_alpha, int blank, bool zero_infinity=False) -> Tensor"},
    .function = function<ctc_loss_backward>,
    .backward = TL_TRAIN(not_twice_differentiable),
    .traits = Trait::copied_out,
};
TL_OP(ctc_loss){
    .schemas =
        {"aten::ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor"},
    .function = function<ctc_loss_impl>,
    .traits = Trait::composite,
    TL_SAMPLES({{log_probs({6, 2, 4}), integers({1, 2, 3, 3}), DimVector{6, 5}, DimVector{2, 2}, 0,
                 0, false}},
               {{log_probs({6, 2, 4}), integers({1, 2, 2, 3}).reshape({2, 2}), DimVector{6, 4},
                 DimVector{2, 1}, 0, 1, true}},
               {{log_probs({4, 1, 3}), integers({0, 0, 0}), DimVector{4}, DimVector{3}, 2, 2,
                 true}}),
};
TL_OP(ctc_loss_tensor){
    .schemas =
        {"aten::ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor"},
    .function = function<ctc_loss_of_tensors>,
    .traits = Trait::composite,
    TL_SAMPLES({{log_probs({6, 2, 4}), integers({1, 2, 3, 3}), integers({6, 5}), integers({2, 2}),
                 0, 1, false}}),
};
}  // namespace tealight::ops

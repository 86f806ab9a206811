#include "tealight/gradcheck.h"

#include <cmath>

#include "core/log.h"
#include "ops/op.h"

#if TL_WITH_TRAIN
namespace tealight {
namespace {

using autograd::variable_list;

// A complex tensor as pairs of reals, on the same memory.
Tensor as_reals(const Tensor& t) { return t.is_complex() ? view_as_real(t) : t; }

// Each real number of it, as a 0-d view.
void list_elements(const Tensor& t, std::vector<Tensor>& elements) {
  if (t.dim() == 0) return elements.push_back(t);
  for (int64_t i = 0; i < t.sizes()[0]; ++i) list_elements(t.select(0, i), elements);
}
std::vector<Tensor> elements_of(const Tensor& t) {
  std::vector<Tensor> elements;
  list_elements(as_reals(t), elements);
  return elements;
}
std::vector<double> numbers_of(const Tensor& t) {
  const Tensor flat = as_reals(t.detach()).to(kDouble).contiguous();
  return {flat.as<double>(), flat.as<double>() + flat.numel()};
}

bool is_differentiable(const Tensor& t) {
  return t.defined() && t.requires_grad() && (t.is_floating_point() || t.is_complex());
}

class Check {
 public:
  Check(const DifferentiableFunction& f, const variable_list& inputs, const GradcheckOptions& o)
      : f_(f), inputs_(inputs), options_(o) {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (is_differentiable(inputs[i])) wanted_.push_back(i);
    TL_CHECK(!wanted_.empty(),
             "gradcheck expects at least one input tensor to require gradient, but none of the "
             "them have requires_grad=True.");
    for (size_t i : wanted_)
      if (inputs[i].scalar_type() != kDouble && inputs[i].scalar_type() != kComplexDouble)
        warn(str("gradcheck: input ", i,
                 " requires gradient and is not a double precision floating point or complex. "
                 "This check will likely fail if all the inputs are not of double precision."));
  }

  void operator()() const {
    const variable_list outputs = f_(inputs_);
    for (size_t k : wanted_) {
      const Jacobian differences = differences_by(k, outputs);
      for (size_t o = 0; o < outputs.size(); ++o)
        if (is_differentiable(outputs[o]))
          compare(o, k, gradients_of(outputs[o], k), differences[o]);
    }
  }

 private:
  using Rows = std::vector<std::vector<double>>;  // of an output's numbers, by an input's
  using Jacobian = std::vector<Rows>;             // of each output

  // How every output changes with each number of input k.
  Jacobian differences_by(size_t k, const variable_list& outputs) const {
    const NoGradGuard off;
    Jacobian jacobian(outputs.size());
    for (const Tensor& element : elements_of(inputs_[k].data())) {
      const double at = element.item<double>();
      const auto values_at = [&](double x) {
        element.fill_(x);
        std::vector<std::vector<double>> values;
        for (const Tensor& t : f_(inputs_))
          values.push_back(t.defined() ? numbers_of(t) : std::vector<double>());
        return values;
      };
      const auto above = values_at(at + options_.eps), below = values_at(at - options_.eps);
      element.fill_(at);
      for (size_t o = 0; o < outputs.size(); ++o) {
        std::vector<double> column;
        for (size_t i = 0; i < above[o].size(); ++i)
          column.push_back((above[o][i] - below[o][i]) / (2 * options_.eps));
        jacobian[o].push_back(std::move(column));
      }
    }
    for (Rows& columns : jacobian) columns = transposed(columns);
    return jacobian;
  }
  static Rows transposed(const Rows& m) {
    Rows t(m.empty() ? 0 : m[0].size());
    for (const auto& column : m)
      for (size_t i = 0; i < column.size(); ++i) t[i].push_back(column[i]);
    return t;
  }

  // The same, by backward() of each number of the output.
  Rows gradients_of(const Tensor& output, size_t k) const {
    Rows rows;
    const Tensor direction = zeros_like(output.detach());
    for (const Tensor& element : elements_of(direction)) {
      element.fill_(1);
      const Tensor g =
          autograd::grad({output}, {inputs_[k]}, {direction.clone()}, true, false, true)[0];
      element.fill_(0);
      rows.push_back(numbers_of(g.defined() ? g : zeros_like(inputs_[k])));
    }
    return rows;
  }

  void compare(size_t output, size_t input, const Rows& ours, const Rows& differences) const {
    for (size_t row = 0; row < ours.size(); ++row)
      for (size_t column = 0; column < ours[row].size(); ++column) {
        const double a = ours[row][column], n = differences[row][column];
        const bool near = std::abs(a - n) <= options_.atol + options_.rtol * std::abs(n);
        TL_CHECK(near || (std::isnan(a) && std::isnan(n)), "Jacobian mismatch for output ", output,
                 " with respect to input ", input, ", at number ", row, " of the output and ",
                 column, " of the input: numerical ", n, ", analytical ", a);
      }
  }

  const DifferentiableFunction& f_;
  const variable_list& inputs_;
  const GradcheckOptions& options_;
  std::vector<size_t> wanted_;
};

}  // namespace

bool gradcheck(const DifferentiableFunction& f, const variable_list& inputs,
               const GradcheckOptions& options) {
  const AutoGradMode on(true);
  const Check check(f, inputs, options);
  try {
    check();
    return true;
  } catch (const Error&) {
    if (options.raise_exception) throw;
    return false;
  }
}

bool gradgradcheck(const DifferentiableFunction& f, const variable_list& inputs,
                   const variable_list& grad_outputs, const GradcheckOptions& options) {
  const AutoGradMode on(true);
  const size_t n = inputs.size();
  variable_list all = inputs;
  if (grad_outputs.empty()) {
    for (const Tensor& t : f(inputs))
      all.push_back(is_differentiable(t) ? randn_like(t.detach()).requires_grad_() : Tensor());
  } else {
    all.insert(all.end(), grad_outputs.begin(), grad_outputs.end());
  }
  const auto gradients = [&](const variable_list& given) {
    const AutoGradMode recorded(true);  // the differences of gradients need a graph, too
    const variable_list in(given.begin(), given.begin() + std::ptrdiff_t(n));
    variable_list outs, seeds, of;
    const variable_list values = f(in);
    for (size_t i = 0; i < values.size(); ++i)
      if (is_differentiable(values[i])) outs.push_back(values[i]), seeds.push_back(given[n + i]);
    for (const Tensor& t : in)
      if (is_differentiable(t)) of.push_back(t);
    variable_list grads = autograd::grad(outs, of, seeds, true, true, true);
    for (size_t i = 0; i < grads.size(); ++i)
      if (!grads[i].defined()) grads[i] = zeros_like(of[i]);
    return grads;
  };
  return gradcheck(gradients, all, options);
}

}  // namespace tealight
#endif

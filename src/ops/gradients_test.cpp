// Every operator's samples differentiated: gradients, and gradients of gradients, against
// differences in float64. Real PyTorch is asked by tests/parity; this holds where it is absent.
#include "ops/gradients.h"

#include <gtest/gtest.h>

#include "ops/registry.h"
#include "ops/test_gradients.h"

namespace tealight::testing {
namespace {

const Overload& overload_of(const Op& op, size_t number) {
  const std::string_view schema = op.schemas.text[number];
  return find_overload(schema.substr(0, schema.find('(')));
}

// Single precision becomes double.
Value widened(const Value& v) {
  if (v.isTensor() && v.toTensor().defined()) {
    const Tensor& t = v.toTensor();
    if (t.is_quantized() || !is_differentiable(t)) return v;
    return converted(t, t.is_complex() ? kComplexDouble : kDouble);
  }
  if (!v.isList()) return v;
  std::vector<Value> items;
  for (const Value& item : v.toListRef().items) items.push_back(widened(item));
  return make_list(v.toListRef().element, std::move(items));
}

// Re sum conj(a) b: how much b changes the loss whose gradient is a.
double product(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return 0;
  return real(sum(conj(a).to(kComplexDouble) * b)).item().toDouble();
}
double product(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double total = 0;
  for (size_t i = 0; i < a.size(); ++i) total += product(a[i], b[i]);
  return total;
}

// What PyTorch defines to be no derivative of what is computed, and we with it.
struct Convention {
  std::string_view op;         // its name begins so
  std::vector<size_t> inputs;  // empty: all
  const char* why;
};
const Convention conventions[] = {
    {"aten::normal.", {}, "zero by definition"},
    {"aten::fake_quantize_", {}, "passes straight through the rounding"},
    {"aten::embedding", {}, "padding_idx gets no gradient"},
    {"aten::ctc_loss", {}, "taken as if log_probs came from log_softmax"},
    {"aten::rrelu_with_noise", {1}, "noise is written"},
    {"aten::batch_norm", {3, 4}, "running statistics are constants"},
    {"aten::instance_norm", {3, 4}, "running statistics are constants"},
    {"aten::cross_entropy_loss", {2}, "the classes' weights are constants"},
    {"aten::nll_loss", {2, 3, 4}, "the classes' weights are constants"},
    {"aten::nll_loss_backward", {}, "total_weight is trusted to be the sum of the weights"},
    {"torchvision::ps_roi_pool",
     {},
     "torchvision's numbers: to a row and a column more than are read"},
    {"aten::_cast_", {}, "rounds to another dtype"},
    {"aten::to.", {}, "rounds to another dtype"},
};
bool by_convention(const Overload& o, size_t input) {
  for (const Convention& c : conventions)
    if (o.schema.qualified().starts_with(c.op) &&
        (c.inputs.empty() || std::find(c.inputs.begin(), c.inputs.end(), input) != c.inputs.end()))
      return true;
  return false;
}

struct Count {
  int gradients = 0, kinks = 0;
};

// NaN where the function is not defined.
template <class Loss>
double defined(const Loss& loss, double h) {
  try {
    return loss(h);
  } catch (const Error&) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

// loss(h): along a line whose slope at 0 should be `slope`.
template <class Loss>
void expect_slope(const Loss& loss, double slope, const std::string& what, Count& count) {
  const double h = 1e-5;
  const double at = defined(loss, 0), above = defined(loss, h), below = defined(loss, -h);
  if (!std::isfinite(at + above + below)) {
    ++count.kinks;  // the end of the function's domain
    return;
  }
  const double right = (above - at) / h, left = (at - below) / h, whole = (left + right) / 2,
               half = (loss(h / 2) - loss(-h / 2)) / h;
  const double scale = std::max({1.0, std::abs(slope), std::abs(left), std::abs(right)});
  const auto near = [&](double a, double b) { return std::abs(a - b) < 1e-2 * scale; };
  if (!near(left, right) || !near(whole, half)) {
    ++count.kinks;  // no formula is right there
    return;
  }
  ++count.gradients;
  EXPECT_NEAR(slope, whole, 2e-5 * scale) << what;
}

class Case {
 public:
  Case(const Overload& o, std::vector<Value> args) : o_(o), args_(std::move(args)) {
    const std::vector<Tensor> inputs = tensor_inputs(o_, args_);
    for (size_t i = 0; i < inputs.size(); ++i)
      if (is_differentiable(inputs[i]) && !by_convention(o, i) && has_formula(i))
        wish_.wanted.push_back(i);
  }
  bool any() const { return !wish_.wanted.empty(); }

  void check(Count& count) {
    Wish twice = wish_;
    twice.second_order = true;
    const Derivatives d = differentiate(o_, args_, twice);
    const std::vector<Tensor> inputs = tensor_inputs(o_, args_);
    for (const auto& [name, group] : arguments()) {
      std::vector<Tensor> line(inputs.size());
      double first = 0, second = 0;
      for (size_t k : group) {
        Tensor& v = line[wish_.wanted[k]] = noise_like(inputs[wish_.wanted[k]], 301 + k);
        first += product(d.grads[k], v);
        if (!d.second_refused) second += product(d.second[k], v);
      }
      const auto moved = [&, &line = line](double h) { return shifted(line, h); };
      const std::string by = str(o_.schema.qualified(), " by ", name);
      expect_slope([&](double h) { return first_loss(moved(h), d.output_grads); }, first, by,
                   count);
      if (d.second_refused) continue;
      expect_slope([&](double h) { return second_loss(moved(h), d.output_grads, d.weights); },
                   second, "gradients of " + by, count);
    }
    if (d.second_refused) return;
    size_t place = wish_.wanted.size();
    for (size_t i = 0; i < d.output_grads.size(); ++i) {
      if (!d.output_grads[i].defined()) continue;
      const Tensor v = noise_like(d.output_grads[i], 401 + i);
      const auto moved = [&](double h) {
        std::vector<Tensor> grads = d.output_grads;
        grads[i] = grads[i] + v * h;
        return grads;
      };
      expect_slope([&](double h) { return second_loss(args_, moved(h), d.weights); },
                   product(d.second[place++], v),
                   str("gradients of ", o_.schema.qualified(), " by output gradient ", i), count);
    }
  }

 private:
  // Some have none by PyTorch's example, and say so.
  bool has_formula(size_t input) const {
    try {
      differentiate(o_, args_, {{input}, -1, false, {}});
    } catch (const Error& e) {
      return e.kind() != ErrorKind::unsupported;
    }
    return true;
  }
  // Where the wanted inputs of each argument stand among the wanted ones. Tensors of one list are
  // moved together: a recurrent network has dozens.
  std::vector<std::pair<std::string, std::vector<size_t>>> arguments() const {
    std::vector<std::pair<std::string, std::vector<size_t>>> found;
    size_t k = 0;
    for (size_t i = 0; i < args_.size(); ++i) {
      const size_t end = tensors_of(o_.schema, Args(args_).first(i + 1)).size();
      std::vector<size_t> group;
      for (; k < wish_.wanted.size() && wish_.wanted[k] < end; ++k) group.push_back(k);
      if (!group.empty()) found.emplace_back(o_.schema.arguments[i].name, std::move(group));
    }
    return found;
  }
  std::vector<Value> shifted(const std::vector<Tensor>& line, double h) const {
    std::vector<Value> args = deep_copy(args_);
    const std::vector<Tensor> inputs = tensor_inputs(o_, args);
    for (size_t i = 0; i < inputs.size(); ++i)
      if (line[i].defined()) copy_into(inputs[i], inputs[i] + line[i] * h);
    return args;
  }
  double first_loss(const std::vector<Value>& args, const std::vector<Tensor>& grads) const {
    std::vector<Value> stack = deep_copy(args);
    seed_generator();
    call(o_, stack);
    return product(grads, flat_tensors(stack));
  }
  double second_loss(const std::vector<Value>& args, const std::vector<Tensor>& grads,
                     const std::vector<Tensor>& weights) const {
    Wish wish = wish_;
    wish.output_grads = grads;
    return product(weights, differentiate(o_, args, wish).grads);
  }

  const Overload& o_;
  std::vector<Value> args_;
  Wish wish_;
};

bool runs(const Overload& o, const std::vector<Value>& args) {
  try {
    std::vector<Value> stack = deep_copy(args);
    call(o, stack);
    return true;
  } catch (const std::exception&) {
    return false;  // a sample of an error
  }
}
bool has_out(const FunctionSchema& schema) {
  for (const Argument& a : schema.arguments)
    if (a.written && a.kwarg_only) return true;
  return false;
}

// Calls f(overload, arguments) with the samples that have something to differentiate.
template <class F>
void for_each_sample(const Op& op, const F& f) {
  if (!op.samples || has(op.traits, Trait::nograd)) return;
  for (const Sample& s : op.samples()) {
    const Overload& o = overload_of(op, s.overload);
    std::vector<Value> args;
    for (const Value& v : s.args) args.push_back(widened(v));
    if (!has_out(o.schema) && runs(o, args)) f(o, std::move(args));
  }
}

TEST(Gradients, AgreeWithDifferences) {
  Count count;
  int ops = 0, samples = 0;
  for (const Op* op : all_ops()) {
    const int before = samples;
    for_each_sample(*op, [&](const Overload& o, std::vector<Value> args) {
      try {
        Case c(o, std::move(args));
        if (!c.any()) return;
        ++samples;
        c.check(count);
      } catch (const std::exception& e) {
        ADD_FAILURE() << o.schema.qualified() << " raises " << e.what();
      }
    });
    ops += samples != before;
  }
  std::printf("%d operators, %d samples, %d gradients; %d at kinks left out\n", ops, samples,
              count.gradients, count.kinks);
}

bool has_tensors(const std::vector<Argument>& arguments) {
  for (const Argument& a : arguments)
    if (a.type->str().find("Tensor") != std::string::npos) return true;
  return false;
}

// Whoever maps tensors to tensors has a formula, is made of others, or has no gradient by nature.
TEST(Gradients, EveryOperatorSaysHowItDifferentiates) {
  for (const Op* op : all_ops()) {
    const Overload& o = overload_of(*op, 0);
    const bool says = op->backward || has(op->traits, Trait::composite | Trait::nograd);
    if (has_tensors(o.schema.arguments) && has_tensors(o.schema.returns)) {
      EXPECT_TRUE(says) << o.schema.qualified();
    }
  }
}

}  // namespace
}  // namespace tealight::testing

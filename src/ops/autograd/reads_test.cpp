// What gradient formulas read, against what operators say of it (Op::reads): autograd keeps nothing
// else alive.
#include <gtest/gtest.h>

#include "core/tensor_watcher.h"
#include "ops/call.h"
#include "ops/gradients.h"
#include "ops/registry.h"
#include "ops/test_gradients.h"

namespace tealight::testing {
namespace {

struct WasRead {};

// Nobody may look at the elements of a tensor on a placeholder.
class Forbid : public TensorWatcher {
 public:
  void read(const Tensor& t) override {
    if (!t.has_elements()) throw WasRead();
  }
  Tensor select(const Tensor& t, int64_t i) override { return tealight::select(t, 0, i); }
};

Tensor facts_only(const Tensor& t) {
  if (!t.defined() || t.numel() == 0) return t;
  return Tensor(Storage::placeholder(t.storage()->nbytes()), t.fact(), t.storage_offset());
}

// One call with its results, and which of its tensors belong to which argument.
struct Case {
  const Overload& o;
  std::vector<Value> args;
  std::vector<Tensor> inputs, outputs, grads;

  Case(const Overload& overload, std::vector<Value> given) : o(overload), args(deep_copy(given)) {
    std::vector<Value> stack = deep_copy(args);
    seed_generator();
    call(o, stack);
    inputs = tensor_inputs(o, args);
    outputs = flat_tensors(stack);
    for (size_t i = 0; i < outputs.size(); ++i)
      grads.push_back(is_differentiable(outputs[i]) ? noise_like(outputs[i], 7 + i) : Tensor());
  }

  // The gradients, where the formula sees only facts of what is not shown.
  Grads run(uint16_t shown_args, uint16_t shown_outs) const {
    std::vector<Value> seen = args;
    for (size_t i = 0; i < seen.size() && i < 16; ++i)
      if (!(shown_args >> i & 1)) {
        std::vector<Value> one{seen[i]};
        map_tensors(one, [](const Tensor& t) { return facts_only(t); });
        seen[i] = one[0];
      }
    const std::vector<Tensor> in = tensor_inputs(o, seen);
    std::vector<Tensor> out = outputs;
    for (size_t i = 0; i < out.size() && i < 16; ++i)
      if (!(shown_outs >> i & 1)) out[i] = facts_only(out[i]);
    std::unique_ptr<bool[]> wanted(new bool[in.size()]);
    for (size_t i = 0; i < in.size(); ++i) wanted[i] = is_differentiable(in[i]);
    return gradients(o, {grads, seen, in, out, {wanted.get(), in.size()}});
  }
  bool can_do_with(uint16_t shown_args, uint16_t shown_outs) const {
    Forbid forbid;
    TensorWatcherScope on(&forbid);
    try {
      for (const Tensor& g : run(shown_args, shown_outs))
        if (g.defined() && !g.has_elements()) return false;
    } catch (const WasRead&) {
      return false;
    }
    return true;
  }
};

Reads needed_by(const Case& c) {
  Reads needed;
  for (size_t i = 0; i < 16; ++i) {
    const auto bit = uint16_t(1u << i);
    if (i >= c.args.size() || c.can_do_with(uint16_t(~bit), 0xffff)) needed.args &= uint16_t(~bit);
    if (i >= c.outputs.size() || c.can_do_with(0xffff, uint16_t(~bit)))
      needed.outs &= uint16_t(~bit);
  }
  return needed;
}

std::string listed(const char* name, uint16_t bits) {
  std::string list;
  for (size_t i = 0; i < 16; ++i)
    if (bits >> i & 1) list += str(list.empty() ? "" : ", ", i);
  return bits ? str(name, "(", list, ")") : "0";
}
std::string listed(Reads r) {
  return str("{", listed("args", r.args), ", ", listed("outs", r.outs), "}");
}

template <class F>
void for_each_case(const Op& op, const F& f) {
  for (const Sample& s : op.samples ? op.samples() : std::vector<Sample>()) {
    const std::string_view schema = op.schemas.text[s.overload];
    const Overload& o = find_overload(schema.substr(0, schema.find('(')));
    bool out = false;
    for (const Argument& a : o.schema.arguments) out = out || (a.written && a.kwarg_only);
    if (out) continue;
    try {
      const Case c(o, s.args);
      c.run(0xffff, 0xffff);
      f(c);
    } catch (const Error&) {  // a sample of an error, or no gradient of these
    }
  }
}

TEST(Reads, FormulasReadWhatTheirOperatorsSay) {
  for (const Op* op : all_ops()) {
    if (!op->backward) continue;
    Reads needed{0, 0};
    int cases = 0;
    for_each_case(*op, [&](const Case& c) {
      ++cases;
      const Reads r = needed_by(c);
      needed.args |= r.args;
      needed.outs |= r.outs;
    });
    const Reads said = op->reads;
    EXPECT_TRUE(cases == 0 || said.args != 0xffff || said.outs != 0xffff)
        << op->schemas.text[0] << " should say .reads = " << listed(needed);
    EXPECT_EQ((needed.args & ~said.args) | (needed.outs & ~said.outs), 0)
        << op->schemas.text[0] << " reads " << listed(needed) << ", but says " << listed(said);
  }
}

}  // namespace
}  // namespace tealight::testing

// Formulas may take a quicker kernel where the gradient itself is not differentiated (create_graph
// is off): the numbers are the same.
#include <gtest/gtest.h>

#include "ops/call.h"
#include "ops/registry.h"
#include "ops/test_gradients.h"
#include "tealight/autograd.h"

namespace tealight::testing {
namespace {

using autograd::variable_list;

// The tensors among the arguments, in their order, as leaves.
variable_list make_leaves(std::vector<Value>& args) {
  variable_list leaves;
  map_tensors(args, [&](const Tensor& t) {
    if (!is_differentiable(t) || t.is_quantized()) return t;
    leaves.push_back(t.clone().set_requires_grad(true));
    return leaves.back();
  });
  return leaves;
}

struct Results {
  variable_list leaves, outputs, seeds;
};
Results run(const Overload& o, const std::vector<Value>& args) {
  std::vector<Value> stack = args;
  Results r{make_leaves(stack), {}, {}};
  seed_generator();
  call(o, stack);
  for (const Tensor& t : flat_tensors(stack))
    if (is_differentiable(t) && t.requires_grad()) {
      r.outputs.push_back(t);
      r.seeds.push_back(noise_like(t, 7 + r.outputs.size()));
    }
  return r;
}

void expect_same(const Overload& o, const Results& r) {
  const auto grads = [&](bool create_graph) {
    return autograd::grad(r.outputs, r.leaves, r.seeds, true, create_graph, true);
  };
  const variable_list plain = grads(false), graph = grads(true);
  for (size_t i = 0; i < plain.size(); ++i) {
    ASSERT_EQ(plain[i].defined(), graph[i].defined()) << o.schema.qualified() << ", input " << i;
    if (!plain[i].defined()) continue;
    EXPECT_TRUE(plain[i].allclose(graph[i], 1e-4, 1e-5, true))
        << o.schema.qualified() << ", input " << i << ": " << plain[i].sizes();
    EXPECT_EQ(plain[i].strides(), graph[i].strides()) << o.schema.qualified() << ", input " << i;
  }
}

TEST(GradientModes, GiveTheSameNumbers) {
  size_t compared = 0;
  for (const Op* op : all_ops())
    for (const Sample& s : op->samples ? op->samples() : std::vector<Sample>()) {
      const std::string_view schema = op->schemas.text[s.overload];
      const Overload& o = find_overload(schema.substr(0, schema.find('(')));
      if (o.form != Form::functional) continue;
      Results r;
      try {
        r = run(o, s.args);
        if (r.outputs.empty()) continue;
        autograd::grad(r.outputs, r.leaves, r.seeds, true, true, true);
      } catch (const Error&) {  // a sample of an error, or one that is not differentiable
        continue;
      }
      ++compared;
      expect_same(o, r);
    }
  EXPECT_GT(compared, 500u);
}

}  // namespace
}  // namespace tealight::testing

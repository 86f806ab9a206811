// Operators that change more than their results: the module's tensors, arguments' sizes.
#include "runtime/plan/testing.h"

namespace tealight::planning {
namespace {

Tensor numbers(const DimVector& sizes) {
  int64_t n = 1;
  for (int64_t s : sizes) n *= s;
  return linspace(-1, 1, n).reshape(sizes);
}

// Three runs of one module with plans, and of another without: results, arguments and the module's
// tensors are the same after each.
void expect_same_effects(
    const std::string& source, const std::function<std::vector<Value>()>& arguments,
    const std::function<Tensor()>& buffer = [] { return zeros({4}); }) {
  Planned planned(source, {{"b", buffer()}, {"c", buffer() + 1}}),
      other(source, {{"b", buffer()}, {"c", buffer() + 1}});
  for (int run = 0; run < 3; ++run) {
    const std::vector<Value> args = arguments(), want_args = arguments();
    const Value got = planned(args), want = other.unplanned(want_args);
    SCOPED_TRACE(source);
    expect_same(got, want);
    for (size_t i = 0; i < args.size(); ++i) expect_same(args[i], want_args[i]);
    for (const char* name : {"b", "c"})
      expect_same(planned.module.attr(name).toTensor(), other.module.attr(name).toTensor());
  }
}
void expect_same_effects_on(const DimVector& sizes, const std::string& source) {
  expect_same_effects(source, [&] { return std::vector<Value>{numbers(sizes)}; });
}

TEST(PlanEffects, BatchNormsInTrainingMoveTheirStatistics) {
  expect_same_effects_on({2, 4, 3, 3},
                         "def forward(self, x):\n    y = x * 2\n"
                         "    return torch.batch_norm(y, None, None, self.b, self.c, True, 0.1, "
                         "1e-5, False) + 1\n");
}

TEST(PlanEffects, EmbeddingsWithALimitScaleTheirRows) {
  expect_same_effects(
      "def forward(self, i):\n    i = i + 0\n"
      "    torch.embedding_renorm_(self.b, i, 0.5, 2.)\n    return torch.embedding(self.b, i)\n",
      [] { return std::vector<Value>{zeros({2}).to(kLong)}; }, [] { return numbers({3, 4}); });
}

TEST(PlanEffects, ArgumentsGetOtherSizes) {
  for (const char* call :
       {"x.t_()", "x.unsqueeze_(0)", "x.squeeze_()", "x.transpose_(0, 1)", "x.resize_([4])"})
    expect_same_effects_on({2, 4}, std::string("def forward(self, x):\n    y = x + 1\n    ") +
                                       call + "\n    return x, y, x.size(0)\n");
}

TEST(PlanEffects, OutArgumentsAreFilled) {
  expect_same_effects(
      "def forward(self, x, out):\n    y = x + 1\n    torch.add(y, y, out=out)\n"
      "    z = torch.mul(out, y, out=y)\n    return y, z, out\n",
      [] { return std::vector<Value>{numbers({4}), zeros({4})}; });
  expect_same_effects(
      "def forward(self, x, out):\n    y = x + 1\n    torch.cat([y, x], 0, out=out)\n"
      "    return out, y\n",
      [] { return std::vector<Value>{numbers({4}), zeros({8})}; });
}

TEST(PlanEffects, ModuleTensorsAreWrittenThroughViewsAndLists) {
  expect_same_effects_on(
      {4},
      "def forward(self, x):\n    v = self.b[1:3]\n    v.add_(1)\n"
      "    for t in [self.b, self.c]:\n        t.mul_(2)\n    return v + x[:2]\n");
  expect_same_effects_on({4},
                         "def forward(self, x):\n    y = x * 2\n    self.b.copy_(y)\n"
                         "    self.c[0] = 5.\n    return self.b + self.c\n");
}

TEST(PlanEffects, DictsOfTheCallerAreChanged) {
  expect_same_effects(
      "def forward(self, d: Dict[str, Tensor], x):\n    y = x * d['a']\n    del d['a']\n"
      "    d['b'] = y\n    return y, len(d)\n",
      [] {
        auto d = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
        d->insert_or_assign(Value("a"), Value(numbers({2})));
        return std::vector<Value>{Value(d), numbers({2})};
      });
}

TEST(PlanEffects, ViewsOfArgumentsAreWritten) {
  expect_same_effects_on({4, 4},
                         "def forward(self, x):\n    y = x + 1\n    x.t()[0].add_(y[0])\n"
                         "    torch.relu_(x[1:3, 1:3])\n    x.view(-1)[2:5].zero_()\n"
                         "    d = x.detach()\n    d.mul_(3)\n    return x + y, d\n");
}

}  // namespace
}  // namespace tealight::planning

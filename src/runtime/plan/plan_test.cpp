// Plans do what the interpreter does: results, aliasing, writes, errors, side effects.
#include <thread>

#include "runtime/plan/testing.h"
#include "tealight/context.h"
#include "tealight/generator.h"
#include "tealight/threads.h"

namespace tealight::planning {
namespace {

using testing::error_of;

Tensor numbers(const DimVector& sizes) {
  int64_t n = 1;
  for (int64_t s : sizes) n *= s;
  return linspace(-1, 1, n).reshape(sizes);
}
Tensor tensor_of(const Value& v, size_t i) { return leaves(v).at(i).toTensor(); }

// ---- aliasing

TEST(PlanAliasing, ResultsAreInputsAttributesAndViewsOfEachOther) {
  Planned p("def forward(self, x):\n    y = x + 1\n    return y, y, x, y[0], self.w, x.view(-1)\n",
            {{"w", numbers({3})}});
  const Tensor x = numbers({2, 3});
  for (int run = 0; run < 3; ++run) {
    const Value out = p({x});
    EXPECT_TRUE(tensor_of(out, 0).is_same(tensor_of(out, 1)));
    EXPECT_TRUE(tensor_of(out, 2).is_same(x));
    EXPECT_TRUE(tensor_of(out, 3).is_alias_of(tensor_of(out, 0)));
    EXPECT_TRUE(tensor_of(out, 4).is_same(p.module.attr("w").toTensor()));
    EXPECT_TRUE(tensor_of(out, 5).is_alias_of(x));
    EXPECT_FALSE(tensor_of(out, 0).is_alias_of(x));
    expect_same(out, p.unplanned({x}));
  }
  EXPECT_GT(p.steps(), 0u);
}

TEST(PlanAliasing, ResultsOfTwoRunsAreApart) {
  Planned p("def forward(self, x):\n    return (x + 1).relu(), torch.zeros([2])\n");
  const Value a = p({numbers({4})}), b = p({numbers({4})});
  EXPECT_GT(p.steps(), 0u);
  for (size_t i : {0, 1}) EXPECT_FALSE(tensor_of(a, i).is_alias_of(tensor_of(b, i)));
  tensor_of(a, 1).add_(1);
  expect_same(p({numbers({4})}), b);
}

TEST(PlanAliasing, InputsOnOneStorageAreTold) {
  Planned p("def forward(self, x, y):\n    x.add_(1)\n    return y * 2\n");
  for (int run = 0; run < 2; ++run) {
    const Tensor x = numbers({4});
    expect_same(p({x, x}), (numbers({4}) + 1) * 2);
    const Tensor y = numbers({4}), base = numbers({5});
    expect_same(p({numbers({4}), y}), y * 2);
    const Value shifted = p({base.narrow(0, 0, 4), base.narrow(0, 1, 4)});
    const Tensor other = numbers({5});
    expect_same(shifted, p.unplanned({other.narrow(0, 0, 4), other.narrow(0, 1, 4)}));
  }
}

// ---- tables

TEST(PlanTables, GiveTheOperatorsBytes) {
  Planned p(
      "def forward(self, x):\n"
      "    q = torch.quantize_per_tensor(x, 0.01, 120, 13)\n"
      "    y = torch.sigmoid(q.dequantize() * 3.) - 0.25\n"
      "    return torch.quantize_per_tensor(y, 0.004, 7, 13).dequantize()\n",
      {}, Precision::fp32);
  const Tensor x = numbers({1, 3, 20, 20});
  for (int run = 0; run < 2; ++run) expect_same(p({x}), p.unplanned({x}));
  EXPECT_EQ(p.steps(), 3u);  // quantize, look up, dequantize
}

// ---- writes

TEST(PlanWrites, ReachArguments) {
  Planned p("def forward(self, x):\n    x.mul_(2)\n    x[0] = 7.\n    return x + 1\n");
  for (int run = 0; run < 3; ++run) {
    const Tensor x = numbers({3}), other = numbers({3});
    const uint64_t version = x.storage()->version();
    expect_same(p({x}), p.unplanned({other}));
    expect_same(x, other);
    EXPECT_GT(x.storage()->version(), version);
  }
}

TEST(PlanWrites, GoThroughViews) {
  Planned p(
      "def forward(self, x):\n"
      "    y = x.clone()\n    y[:, 0] = 1.\n"
      "    z = y.transpose(0, 1)\n    z[0].add_(x[:, 1])\n"
      "    w = y.view(-1)\n    w.mul_(3.)\n"
      "    return y, z, w\n");
  expect_as_unplanned(p, [] { return std::vector<Value>{numbers({2, 3})}; });
  const Value out = p({numbers({2, 3})});
  EXPECT_TRUE(tensor_of(out, 0).is_alias_of(tensor_of(out, 2)));
  EXPECT_GT(p.steps(), 0u);
}

TEST(PlanWrites, ReachWhatBeginsAsAConstant) {
  Planned p(
      "def forward(self, x):\n    z = torch.zeros([2, 3])\n    v = z[:, 1:]\n    v.add_(x)\n"
      "    v.add_(x)\n    return z, v, torch.zeros([2, 3])\n");
  expect_as_unplanned(p, [] { return std::vector<Value>{numbers({2, 2})}; });
  EXPECT_GT(p.steps(), 0u);
}

TEST(PlanWrites, OfSomethingUsedTwice) {
  Planned p(
      "def forward(self, x):\n    y = x + 1\n    a = y * 2\n    z = y.relu_()\n"
      "    return y, z, y + z, a\n");
  expect_as_unplanned(p, [] { return std::vector<Value>{numbers({5}) * 3}; });
}

TEST(PlanWrites, ToTensorsOfTheModuleHappenOnceARun) {
  Planned p("def forward(self, x):\n    y = x * 2\n    self.w.add_(1)\n    return y + self.w\n",
            {{"w", zeros({2})}});
  for (int run = 1; run <= 4; ++run) {
    expect_same(p({ones({2})}), full({2}, 2. + run));
    expect_same(p.module.attr("w").toTensor(), full({2}, double(run)));
  }
}

TEST(PlanWrites, ToAnArgumentThatIsTheModules) {
  Planned p("def forward(self, x):\n    x.add_(1)\n    return x + self.w\n", {{"w", zeros({2})}});
  expect_same(p({zeros({2})}), ones({2}));
  const Tensor w = p.module.attr("w").toTensor();
  for (int run = 1; run <= 3; ++run) expect_same(p({w}), full({2}, 2. * run));
}

// ---- the module changes

constexpr const char* kConv =
    "def forward(self, x):\n    return torch.relu(torch.conv2d(x, self.w, self.b))\n";

TEST(PlanAttributes, ReplacedOrWrittenBetweenRuns) {
  for (Precision precision : {Precision::exact, Precision::fp32}) {
    Planned p(kConv, {{"w", numbers({4, 3, 1, 1})}, {"b", numbers({4})}}, precision);
    const Tensor x = numbers({1, 3, 5, 5});
    for (int run = 0; run < 40; ++run) {
      EXPECT_TRUE(allclose(p({x}).toTensor(), p.unplanned({x}).toTensor())) << run;
      if (run % 2)
        p.module.setattr("w", Value(numbers({4, 3, 1, 1}) * double(run)));
      else
        p.module.attr("w").toTensor().add_(1);
      EXPECT_LE(p.all().size(), 1u);  // those of the old weights are gone
    }
  }
}

TEST(PlanAttributes, WeightsAndBiasOnOneStorage) {
  const Tensor both = numbers({5 * 3 + 5});
  Planned p("def forward(self, x):\n    return torch.linear(x, self.w, self.b)\n",
            {{"w", both.narrow(0, 0, 15).view({5, 3})}, {"b", both.narrow(0, 15, 5)}},
            Precision::fp32);
  const Tensor x = numbers({2, 3});
  EXPECT_TRUE(allclose(p({x}).toTensor(), p.unplanned({x}).toTensor(), 1e-5, 1e-6));
  EXPECT_GT(p.steps(), 0u);
}

TEST(PlanAttributes, ListsAreComparedByWhatTheyHold) {
  Planned p(
      "def forward(self, x):\n    y = x\n    for n in self.ns:\n        y = y * n\n    return y\n",
      {{"ns", Value(std::vector<int64_t>{2, 3})}});
  expect_same(p({ones({2})}), full({2}, 6.));
  p.module.attr("ns").toListRef().items.push_back(Value(int64_t(5)));
  expect_same(p({ones({2})}), full({2}, 30.));
}

TEST(PlanAttributes, WrittenByTheProgram) {
  Planned p("def forward(self, x):\n    y = x + 1\n    self.n += 1\n    return y * self.n\n",
            {{"n", Value(int64_t(0))}});
  for (int64_t run = 1; run < 5; ++run) {
    expect_same(p({ones({2})}), full({2}, 2. * double(run)));
    EXPECT_EQ(p.module.attr("n").toInt(), run);
  }
}

TEST(PlanAttributes, MethodsDefinedLater) {
  ScriptModule m("M");
  m.define("def forward(self, x):\n    return x + 1\n");
  expect_same(m.forward({ones({2})}), full({2}, 2.));
  m.define("def twice(self, x):\n    return self.forward(self.forward(x))\n");
  expect_same(m.forward({ones({2})}), full({2}, 2.));
  expect_same(m.run_method("twice", ones({2})), full({2}, 3.));
}

// ---- other inputs

TEST(PlanInputs, OfOtherFormsGetPlansOfTheirOwn) {
  Planned p("def forward(self, x):\n    return (x + 1) * x\n");
  const Tensor square = numbers({4, 4});
  for (const Tensor& x : {numbers({4}), numbers({5}), square, square.t(), numbers({4}).to(kDouble),
                          numbers({4}).to(kInt), zeros({0, 3}), numbers({1}).squeeze()})
    expect_as_unplanned(p, [&] { return std::vector<Value>{x}; });
  EXPECT_EQ(p.all().size(), 8u);
}

TEST(PlanInputs, AreBoundedInNumber) {
  Planned p("def forward(self, x, n: int):\n    return x * 2 + n\n");
  for (int64_t n = 1; n < 60; ++n) {
    expect_same(p({ones({n}), Value(n)}), full({n}, 2. + double(n)));
    EXPECT_LE(p.all().size(), 8u);
  }
}

TEST(PlanInputs, ThreadCountsHavePlansOfTheirOwn) {
  Planned p("def forward(self, x):\n    return x * 2 + 1\n");
  const int before = get_num_threads();
  for (int run = 0; run < 40; ++run) {
    set_num_threads(1 + run % 2);
    expect_same(p({ones({3})}), full({3}, 3.));
  }
  EXPECT_EQ(p.all().size(), 2u);
  set_num_threads(before);
}

TEST(PlanInputs, ContainersComeAndGo) {
  Planned p(
      "def forward(self, xs: List[Tensor], d: Dict[str, Tensor], t: Tuple[int, Tensor]):\n"
      "    out = {'sum': xs[0] + d['a'], 'n': t[1] * t[0]}\n"
      "    return out, [xs[1], out['sum']], (t[0], [x * 2 for x in xs])\n");
  expect_as_unplanned(p, [] {
    auto d = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
    d->insert_or_assign(Value("a"), Value(numbers({2})));
    return std::vector<Value>{
        make_list(Type::get(TypeKind::Tensor), {Value(numbers({2})), Value(ones({3}))}), Value(d),
        make_tuple_value({Value(int64_t(3)), Value(ones({2}))})};
  });
  EXPECT_GT(p.steps(), 0u);
}

TEST(PlanInputs, ListsOfTheCallerAreChangedOnceARun) {
  Planned p(
      "def forward(self, xs: List[Tensor]):\n    y = xs[0] * 2\n    xs.append(y)\n    return xs\n");
  for (int run = 0; run < 3; ++run) {
    const Value xs = make_list(Type::get(TypeKind::Tensor), {Value(ones({2}))});
    const Value out = p({xs});
    EXPECT_EQ(out.payload(), xs.payload());
    EXPECT_EQ(xs.toListRef().size(), 2u);
    expect_same(xs.toListRef()[1], full({2}, 2.));
  }
}

TEST(PlanInputs, ListsStayTheVeryOnes) {
  Planned p(
      "def forward(self, xs: List[Tensor], x):\n    y = x * 2\n    ns = self.ns\n"
      "    if bool(y.sum() > 100):\n        y = y + 1\n"
      "    xs.append(y)\n    ns.append(len(xs))\n    return xs, ns, self.t\n",
      {{"ns", Value(std::vector<int64_t>{2})},
       {"t", make_tuple_value({Value(std::vector<int64_t>{4}), Value(int64_t(1))})}});
  for (size_t run = 1; run < 5; ++run) {
    const Value xs = make_list(Type::get(TypeKind::Tensor), {Value(ones({2}))});
    const Value out = p({xs, ones({2})});
    EXPECT_EQ(xs.toListRef().size(), 2u);
    const std::vector<Value>& results = out.toTupleRef().items;
    EXPECT_EQ(results[0].payload(), xs.payload());
    EXPECT_EQ(results[1].payload(), p.module.attr("ns").payload());
    EXPECT_EQ(results[1].toListRef().size(), 1 + run);
    EXPECT_EQ(results[2].toTupleRef().items[0].payload(),
              p.module.attr("t").toTupleRef().items[0].payload());
  }
}

// ---- what no plan can hold

TEST(PlanFallback, ControlFlowByValues) {
  Planned p(
      "def forward(self, x):\n"
      "    y = x * 2\n"
      "    if bool(y.sum() > 0):\n        y = y + 10\n    else:\n        y = y - 10\n"
      "    n = 0\n"
      "    while bool(y.max() < 100):\n        y = y * 2 + 1\n        n += 1\n"
      "    return y, n\n");
  for (double first : {1., -1., 60., 3.})
    expect_as_unplanned(p, [&] {
      Tensor x = ones({3});
      x[0].fill_(first);
      return std::vector<Value>{x};
    });
}

TEST(PlanFallback, PrintsAndWarningsComeOnceARun) {
  std::string seen;
  setPrintHandler([&](const std::string& text) { seen += text; });
  const auto before = set_warning_handler([&](const std::string& text) { seen += text; });
  Planned p(
      "def forward(self, x):\n    y = x + 1\n    print('one')\n    y = y * 2\n"
      "    torch.warn('two', 2)\n    return y\n");
  for (int run = 0; run < 3; ++run) {
    seen.clear();
    expect_same(p({ones({2})}), full({2}, 4.));
    EXPECT_EQ(seen.find("one"), seen.rfind("one"));
    EXPECT_NE(seen.find("one"), seen.npos);
    EXPECT_EQ(seen.find("two"), seen.rfind("two"));
    EXPECT_NE(seen.find("two"), seen.npos);
  }
  set_warning_handler(before);
  setPrintHandler(getDefaultPrintHandler());
}

TEST(PlanFallback, RandomNumbersAreNewInEveryRun) {
  Planned p(
      "def forward(self, x):\n    y = x * 2\n    y = torch.dropout(y, 0.5, True)\n"
      "    return y + torch.rand([4]), torch.rand_like(y)\n");
  manual_seed(5);
  const Value a = p.unplanned({ones({4})}), b = p.unplanned({ones({4})}),
              c = p.unplanned({ones({4})});
  manual_seed(5);
  for (const Value& want : {a, b, c}) expect_same(p({ones({4})}), want);
}

// ---- errors

TEST(PlanErrors, SayWhatTheInterpreterSays) {
  Planned p(
      "def look_up(self, x, i):\n    return torch.index_select(x * 2, 0, i)\n"
      "def forward(self, x, i):\n    y = x + 1\n    return self.look_up(y, i) + 1\n");
  const Tensor x = numbers({3, 2}), good = zeros({2}).to(kLong), bad = good + 7;
  expect_same(p({x, good}), p.unplanned({x, good}));
  EXPECT_GT(p.steps(), 0u);
  const std::string want = error_of([&] { p.unplanned({x, bad}); });
  EXPECT_EQ(error_of([&] { p({x, bad}); }), want);
  EXPECT_NE(want.find("look_up"), want.npos) << want;
  expect_same(p({x, good}), p.unplanned({x, good}));
}

TEST(PlanErrors, OfShapesAndRaisedOnesToo) {
  Planned p(
      "def forward(self, x, y):\n    z = x + 1\n    if x.size(0) > 3:\n"
      "        raise ValueError('too long')\n    return torch.mm(z, y)\n");
  expect_same(p({ones({2, 2}), ones({2, 2})}), full({2, 2}, 4.));
  for (const auto& [x, y] : {std::pair(ones({2, 2}), ones({3, 2})), {ones({4, 2}), ones({2, 2})}}) {
    const std::string want = error_of([&] { p.unplanned({x, y}); });
    for (int run = 0; run < 3; ++run) EXPECT_EQ(error_of([&] { p({x, y}); }), want);
  }
}

// ---- limits

ErrorKind kind_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.kind();
  }
  return ErrorKind::internal;
}

TEST(PlanLimits, CancelAndDeadlineEndARun) {
  Planned p(
      "def forward(self, x):\n    for i in range(200):\n        x = (x * 0.5).exp()\n    return x\n");
  const Tensor x = ones({100'000});
  p({x});
  EXPECT_GT(p.steps(), 100u);
  std::atomic<bool> cancel{true};
  RunLimits limits;
  limits.cancel = &cancel;
  EXPECT_EQ(kind_of([&] { p({x}, limits); }), ErrorKind::cancelled);
  cancel = false;
  expect_same(p({x}, limits), p.unplanned({x}));
  RunLimits short_time;
  short_time.time = std::chrono::milliseconds(1);
  EXPECT_EQ(kind_of([&] { p({x}, short_time); }), ErrorKind::cancelled);
}

TEST(PlanLimits, TheArenaCountsAsMemory) {
  Planned p("def forward(self, x):\n    y = x.expand([1000, 1000]) + 1\n    return y.sum()\n");
  const Tensor x = ones({1});
  p({x});
  ASSERT_EQ(p.all().size(), 1u);
  EXPECT_GE(p.all()[0]->arena_bytes, 4'000'000u);
  RunLimits limits;
  limits.memory_bytes = 1 << 20;
  EXPECT_EQ(kind_of([&] { p({x}, limits); }), ErrorKind::cancelled);
  limits.memory_bytes = 64 << 20;
  expect_same(p({x}, limits), full({}, 2e6));
}

// ---- threads

TEST(PlanThreads, RunOneModuleAtOnce) {
  Planned p(kConv, {{"w", numbers({4, 3, 1, 1})}, {"b", numbers({4})}}, Precision::fp32);
  std::vector<std::thread> threads;
  std::atomic<int> same{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int run = 0; run < 10; ++run) {
        const Tensor x = numbers({1, 3, 4 + t % 2, 5});
        same += allclose(p({x}).toTensor(), p.unplanned({x}).toTensor());
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(same, 80);
  EXPECT_EQ(p.all().size(), 2u);
}

}  // namespace
}  // namespace tealight::planning

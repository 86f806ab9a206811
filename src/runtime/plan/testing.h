// Modules from source, run with plans and without.
#pragma once
#include <gtest/gtest.h>

#include "core/test_errors.h"
#include "runtime/interpreter.h"
#include "runtime/plan/plans.h"
#include "runtime/plan/segment.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/script_module.h"

namespace tealight::planning {

/// A module with plans of its own, that tests look into.
class Planned {
 public:
  explicit Planned(const std::string& source,
                   std::vector<std::pair<std::string, Value>> attributes = {},
                   Precision precision = Precision::exact)
      : module("M"), plans_({precision}) {
    for (auto& [name, value] : attributes) {
      if (value.isTensor())
        module.register_buffer(name, value.toTensor());
      else
        module.register_attribute(name, value.type(), value);
    }
    module.define(source);
    methods_ = MethodTable(module.file());
  }
  Value operator()(std::vector<Value> args, const RunLimits& limits = {}) {
    return call(std::move(args), &plans_, limits);
  }
  Value unplanned(std::vector<Value> args) { return call(std::move(args), nullptr, {}); }

  std::vector<Plans::Part> parts() const {
    std::vector<Plans::Part> all;
    plans_.for_each([&](const Function&, const Plans::Part& p) { all.push_back(p); });
    return all;
  }
  /// Of all parts that have one.
  std::vector<const Plan*> all() const {
    std::vector<const Plan*> plans;
    for (const Plans::Part& p : parts())
      if (p.segment) plans.push_back(&p.segment->plan());
    return plans;
  }
  size_t steps() const {
    size_t n = 0;
    for (const Plan* p : all()) n += p->steps.size();
    return n;
  }

  ScriptModule module;

 private:
  Value call(std::vector<Value> args, Plans* plans, const RunLimits& limits) {
    const Function& f = module.get_method("forward").function();
    args.insert(args.begin(), Value(module._ivalue()));
    check_and_complete(*f.schema, args);
    RunContext context(limits);
    context.model = &module.file();
    context.methods = &methods_;
    context.plans = plans;
    return run(f, std::move(args), context);
  }

  Plans plans_;
  MethodTable methods_;
};

/// Tensors and plain values inside, in order.
inline std::vector<Value> leaves(const Value& value) {
  std::vector<Value> out;
  value.visit([&](const Value& v) {
    if (!v.isTuple() && !v.isList() && !v.isGenericDict()) out.push_back(v);
    return false;
  });
  return out;
}

inline void expect_same(const Value& got, const Value& want) {
  const std::vector<Value> a = leaves(got), b = leaves(want);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].tag(), b[i].tag()) << "value " << i;
    if (!a[i].isTensor()) {
      EXPECT_EQ(repr(a[i]), repr(b[i])) << "value " << i;
      continue;
    }
    const Tensor x = a[i].toTensor(), y = b[i].toTensor();
    EXPECT_EQ(x.dtype(), y.dtype()) << "value " << i;
    EXPECT_EQ(x.strides(), y.strides()) << "value " << i;
    EXPECT_TRUE(equal(x, y)) << "value " << i << "\n" << x << "\n" << y;
  }
}

/// Runs it twice with plans, and once without, on values that `make` makes anew: all give the same.
template <class Make>
void expect_as_unplanned(Planned& p, Make make) {
  const Value want = p.unplanned(make());
  expect_same(p(make()), want);
  expect_same(p(make()), want);
}

}  // namespace tealight::planning

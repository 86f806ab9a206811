// Random networks of a module with attributes: layers that share weights, values used twice, views,
// writes in place (of attributes too), branches. Frozen and rewritten they compute the same, call
// after call. TEALIGHT_RANDOM_GRAPHS=n tries n of them.
#include <gtest/gtest.h>

#include <random>

#include "graph/passes/pass.h"
#include "program.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

constexpr const char* kHead = R"(graph(%self : __torch__.M, %x : Tensor, %c : bool):
  %zero : int = prim::Constant[value=0]()
  %one : int = prim::Constant[value=1]()
  %two : int = prim::Constant[value=2]()
  %half : float = prim::Constant[value=0.5]()
  %low : float = prim::Constant[value=-1.]()
  %eps : float = prim::Constant[value=0.01]()
  %true : bool = prim::Constant[value=1]()
  %false : bool = prim::Constant[value=0]()
  %none : NoneType = prim::Constant()
  %ones : int[] = prim::Constant[value=[1]]()
  %zeros : int[] = prim::Constant[value=[0]]()
)";

// T: a tensor computed before; @name: an attribute. All tensors are (2, 4, 6).
constexpr const char* kForms[] = {
    "aten::conv1d(T, @conv, @bias, %ones, %ones, %ones, %one)",
    "aten::conv1d(T, @conv, %none, %ones, %ones, %ones, %one)",
    "aten::conv1d(T, @groups, @bias, %ones, %ones, %ones, %two)",
    "aten::conv_transpose1d(T, @groups, @bias, %ones, %ones, %zeros, %two, %ones)",
    "aten::linear(T, @square, %none)",
    "aten::linear(T, @square, @six)",
    "aten::batch_norm(T, @scale, @bias, @mean, @variance, %false, %half, %eps, %true)",
    "aten::batch_norm(T, %none, %none, @mean, @variance, %false, %half, %eps, %true)",
    "aten::batch_norm(T, @scale, @bias, @mean, @variance, @training, %half, %eps, %true)",
    "aten::mul(T, @channels)",
    "aten::add(T, @channels, %two)",
    "aten::sub(T, %half, %one)",
    "aten::div(T, %two)",
    "aten::mul_(T, %half)",
    "aten::add(T, T, %one)",
    "aten::add_(T, T, %one)",
    "aten::relu(T)",
    "aten::relu_(T)",
    "aten::hardtanh(T, %low, %half)",
    "aten::hardtanh_(T, %low, %two)",
    "aten::dropout(T, %half, %false)",
    "aten::detach(T)",
    "aten::view_as(T, T)",
    "aten::mul(T, @state)",
};

class Author {
 public:
  explicit Author(uint32_t seed) : random_(seed) {}
  std::string program() {
    known_ = {"x"};
    const std::string body = nodes(14, 1);
    return kHead + body + "  return (%" + any() + ", %" + known_.back() + ")\n";
  }

 private:
  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  // The latest one mostly, so that layers follow each other.
  std::string any() { return below(3) ? known_.back() : known_[below(known_.size())]; }
  std::string fresh() { return "v" + std::to_string(next_++); }

  std::string nodes(size_t count, int depth) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      const size_t kind = below(40);
      text += kind == 0               ? write_attribute()
              : kind == 1             ? set_attribute()
              : kind < 5 && depth > 0 ? branch(depth - 1)
                                      : operation();
    }
    return text;
  }
  std::string get(const std::string& name, std::string& text) {
    const std::string v = fresh();
    text += "  %" + v + (name == "training" ? " : bool" : " : Tensor") +
            " = prim::GetAttr[name=\"" + name + "\"](%self)\n";
    return v;
  }
  std::string operation() {
    std::string call = kForms[below(std::size(kForms))], text;
    for (size_t at; (at = call.find('@')) != call.npos;) {
      const size_t end = call.find_first_of(",)", at);
      call.replace(at, end - at, "%" + get(call.substr(at + 1, end - at - 1), text));
    }
    for (size_t at; (at = call.find("(T")) != call.npos;) call.replace(at + 1, 1, "%" + any());
    for (size_t at; (at = call.find(", T")) != call.npos;) call.replace(at + 2, 1, "%" + any());
    const std::string made = fresh();
    known_.push_back(made);
    return text + "  %" + made + " : Tensor = " + call + "\n";
  }
  std::string write_attribute() {
    static constexpr const char* kNames[] = {"bias", "scale", "channels", "state"};
    std::string text;
    const std::string v = get(kNames[below(4)], text), w = fresh();
    return text + "  %" + w + " : Tensor = aten::mul_(%" + v + ", %half)\n";
  }
  std::string set_attribute() {
    return "   = prim::SetAttr[name=\"state\"](%self, %" + any() + ")\n";
  }
  std::string branch(int depth) {
    const auto outside = known_;
    std::string text;
    for (const char* block : {"block0():\n", "block1():\n"}) {
      known_ = outside;
      text += block + nodes(below(4), depth);
      text += "-> (%" + any() + ")\n";
    }
    known_ = outside;
    known_.push_back(fresh());
    return "  %" + known_.back() + " : Tensor = prim::If(%c)\n" + text;
  }

  std::mt19937 random_;
  std::vector<std::string> known_;
  int next_ = 0;
};

Value module_of(ScalarType dtype) {
  auto cls = make_intrusive<ClassType>("__torch__.M");
  cls->is_module = true;
  auto m = make_intrusive<ObjectImpl>(cls);
  const auto put = [&](const char* name, std::vector<int64_t> shape) {
    m->set_attr(name, randn(shape, dtype) * 0.4);
  };
  put("conv", {4, 4, 3});
  put("groups", {4, 2, 3});
  put("square", {6, 6});
  put("six", {6});
  for (const char* name : {"bias", "scale", "mean"}) put(name, {4});
  put("state", {2, 4, 6});
  m->set_attr("channels", m->attr("bias").toTensor().view({4, 1}));  // the same memory
  m->set_attr("variance", rand({4}, dtype) + 0.5);
  m->set_attr("training", false);
  return Value(m);
}

void set_class(const Graph& g, const Value& module) {
  const auto& cls = module.toObjectRef().cls;
  g.inputs()[0]->set_type(Type::make({TypeKind::Class, {}, cls->name, {}, cls}));
}

// Of two calls, and what became of the arguments and attributes.
std::vector<Value> outcome(const Graph& g, const Value& module, const Tensor& x) {
  const auto copy = g.copy();
  const Value m = module.deepcopy();
  set_class(*copy, m);
  const Program program(copy->copy());
  std::vector<Value> seen;
  for (bool c : {true, false}) {
    const Tensor given = x.clone();
    seen.push_back(program({m, Value(given), c}).deepcopy());
    seen.push_back(given);
  }
  seen.push_back(m.toObjectRef().attr("state"));
  return seen;
}

std::string difference(const std::vector<Value>& got, const std::vector<Value>& want,
                       double allowed) {
  std::vector<Tensor> a, b;
  for (const auto& [values, tensors] : {std::pair(&got, &a), std::pair(&want, &b)})
    for (const Value& v : *values)
      v.visit([&](const Value& part) {
        if (part.isTensor()) tensors->push_back(part.toTensor().to(kDouble));
        return false;
      });
  for (size_t i = 0; i < b.size(); ++i) {
    const double largest = std::max(1.0, b[i].abs().max().item().toDouble());
    const double off = (a[i] - b[i]).abs().max().item().toDouble();
    if (!(off <= allowed * largest)) return str("tensor ", i, " is off by ", off, " of ", largest);
  }
  return {};
}

constexpr const char* kMobile[] = {
    "freeze",           "remove_dropout",        "fold_batch_norm",
    "fold_arithmetic",  "conv1d_to_conv2d",      "insert_prepacked_ops",
    "fuse_clamp",       "fold_prepacking",       "fuse_add_relu",
    "constant_pooling", "common_subexpressions", "unpack_prepacked",
    "dead_code"};

TEST(RandomLayers, ComputeTheSameOptimized) {
  const char* seeds = std::getenv("TEALIGHT_RANDOM_GRAPHS");
  const uint32_t count = seeds ? uint32_t(std::atoi(seeds)) : 150;
  size_t folded = 0, nodes = 0;
  for (uint32_t seed = 0; seed < count; ++seed) {
    manual_seed(seed);
    const ScalarType dtype = seed % 2 ? kFloat : kDouble;
    const std::string text = Author(seed).program();
    SCOPED_TRACE(text);
    const auto original = parse_graph(text);
    const Value module = module_of(dtype);
    const Tensor x = randn({2, 4, 6}, dtype);
    const auto want = outcome(*original, module, x);
    const auto optimized = original->copy();
    for (const char* name : kMobile) {
      // Constants are the module's own tensors: a copy's, for each run writes those that stay.
      PassContext context;
      context.self = module;
      folded += find_pass(name).run(*optimized, context) && name == kMobile[2];
      verify(*optimized);
      const std::string d =
          difference(outcome(*optimized, module, x), want, dtype == kFloat ? 1e-4 : 1e-10);
      ASSERT_EQ(d, "") << "seed " << seed << " after " << name << "\n" << optimized->str();
    }
    nodes += original->body().nodes().size();
  }
  EXPECT_GT(folded, count / 20);
  RecordProperty("nodes", int(nodes));
}

}  // namespace
}  // namespace tealight::ir

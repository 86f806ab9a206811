// Passes on numbers: what a graph computes before and after.
#include <gtest/gtest.h>

#include "graph/passes/pass.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tests/graph/program.h"

namespace tealight::ir {
namespace {

/// A graph under construction; %x is its parameter.
class Net {
 public:
  Net() : builder_(&graph_->body()) {
    x_ = graph_->body().add_parameter(Type::get(TypeKind::Tensor), "x");
  }
  Var* x() const { return x_; }
  Var* value(Value v) {
    const bool list = v.isList();
    return builder_.constant(std::move(v), list ? Type::list(Type::get(TypeKind::Int)) : nullptr);
  }
  Var* op(const char* name, std::vector<Var*> inputs) {
    return builder_.op(find_overload(name), std::move(inputs))->output();
  }
  Var* optional(const std::optional<Tensor>& t) { return value(t ? Value(*t) : Value()); }
  Graph& finish(Var* result) {
    graph_->body().add_result(result);
    return *graph_;
  }

 private:
  std::unique_ptr<Graph> graph_ = std::make_unique<Graph>();
  Builder builder_;
  Var* x_;
};

Tensor run(const Graph& g, const Tensor& x) { return Program(g.copy())({Value(x)}).toTensor(); }

double relative_error(const Tensor& got, const Tensor& want) {
  const Tensor a = got.to(kDouble), b = want.to(kDouble);
  return ((a - b).abs().max() / b.abs().max()).item().toDouble();
}

struct Kind {
  const char* op;
  int64_t dims, groups;
  bool transposed;
};
constexpr int64_t kIn = 4, kOut = 6;

std::vector<int64_t> times(int64_t n, int64_t dims) {
  return std::vector<int64_t>(size_t(dims), n);
}

Var* layer(Net& net, const Kind& kind, bool bias, ScalarType dtype = kFloat) {
  std::vector<int64_t> shape = kind.transposed ? std::vector<int64_t>{kIn, kOut / kind.groups}
                                               : std::vector<int64_t>{kOut, kIn / kind.groups};
  for (int64_t i = 0; i < kind.dims; ++i) shape.push_back(2 + i % 2);
  const auto b = bias ? std::optional(randn({kOut}, dtype)) : std::nullopt;
  Var *w = net.value(randn(shape, dtype)), *b_var = net.optional(b);
  if (!kind.dims) return net.op(kind.op, {net.x(), w, b_var});
  Var *one = net.value(times(1, kind.dims)), *two = net.value(times(2, kind.dims)),
      *zero = net.value(times(0, kind.dims)), *groups = net.value(kind.groups);
  if (kind.transposed) return net.op(kind.op, {net.x(), w, b_var, two, one, one, groups, one});
  return net.op(kind.op, {net.x(), w, b_var, two, zero, one, groups});
}

Var* batch_norm(Net& net, Var* y, bool affine, ScalarType dtype = kFloat) {
  const auto parameter = [&] {
    return affine ? std::optional(randn({kOut}, dtype)) : std::nullopt;
  };
  return net.op("aten::batch_norm",
                {y, net.optional(parameter()), net.optional(parameter()),
                 net.value(randn({kOut}, dtype)), net.value(rand({kOut}, dtype) + 0.1),
                 net.value(false), net.value(0.1), net.value(1e-5), net.value(true)});
}

Tensor input_of(const Kind& kind, ScalarType dtype = kFloat) {
  std::vector<int64_t> shape{3, kIn};
  for (int64_t i = 0; i < kind.dims; ++i) shape.push_back(5 + i);
  return randn(shape, dtype);
}

constexpr Kind kKinds[] = {
    {"aten::conv1d", 1, 1, false},
    {"aten::conv1d", 1, 2, false},
    {"aten::conv2d", 2, 1, false},
    {"aten::conv2d", 2, 2, false},
    {"aten::conv3d", 3, 2, false},
    {"aten::conv_transpose1d", 1, 1, true},
    {"aten::conv_transpose1d", 1, 2, true},
    {"aten::conv_transpose2d.input", 2, 1, true},
    {"aten::conv_transpose2d.input", 2, 2, true},
    {"aten::conv_transpose3d.input", 3, 2, true},
    {"aten::linear", 0, 1, false},
};

size_t count(const Graph& g, std::string_view kind) {
  size_t n = 0;
  for (const auto& node : g.body().nodes()) n += node->is(kind);
  return n;
}

TEST(FoldBatchNorm, KeepsWhatLayersOfEveryKindCompute) {
  manual_seed(1);
  for (const Kind& kind : kKinds)
    for (bool bias : {false, true})
      for (bool affine : {false, true})
        for (ScalarType dtype : {kFloat, kDouble}) {
          SCOPED_TRACE(
              str(kind.op, " groups ", kind.groups, bias ? " bias" : "", affine ? " affine" : ""));
          Net net;
          Var* y = layer(net, kind, bias, dtype);
          if (!kind.dims) {  // of how many dimensions it is must be known
            auto info = std::make_shared<TensorInfo>();
            info->sizes = TensorInfo::Sizes{std::nullopt, kOut};
            y->set_info(info);
          }
          Graph& g = net.finish(batch_norm(net, y, affine, dtype));
          const Tensor x = input_of(kind, dtype), want = run(g, x);
          ASSERT_TRUE(fold_batch_norm(g, {}));
          EXPECT_EQ(count(g, "aten::batch_norm"), 0u);
          EXPECT_LT(relative_error(run(g, x), want), dtype == kDouble ? 1e-14 : 2e-6);
        }
}

TEST(FoldArithmetic, KeepsWhatLayersOfEveryKindCompute) {
  manual_seed(2);
  for (const Kind& kind : kKinds) {
    std::vector<int64_t> shape{kOut};
    for (int64_t i = 0; i < kind.dims; ++i) shape.push_back(1);
    for (const char* op :
         {"aten::mul.Tensor", "aten::div.Tensor", "aten::add.Tensor", "aten::sub.Tensor"}) {
      SCOPED_TRACE(str(kind.op, " groups ", kind.groups, " ", op));
      Net net;
      std::vector<Var*> inputs{layer(net, kind, true), net.value(randn(shape))};
      if (std::string_view(op).find("add") != std::string::npos ||
          std::string_view(op).find("sub") != std::string::npos)
        inputs.push_back(net.value(1.5));
      Graph& g = net.finish(net.op(op, inputs));
      const Tensor x = input_of(kind), want = run(g, x);
      ASSERT_TRUE(fold_arithmetic(g, {}));
      EXPECT_LT(relative_error(run(g, x), want), 2e-6);
    }
  }
}

TEST(Conv1dToConv2d, KeepsTheBits) {
  manual_seed(3);
  for (const Kind& kind : {kKinds[0], kKinds[1]}) {
    Net net;
    Graph& g = net.finish(layer(net, kind, true));
    const Tensor x = input_of(kind), want = run(g, x);
    ASSERT_TRUE(conv1d_to_conv2d(g, {}));
    EXPECT_EQ(count(g, "aten::conv2d"), 1u);
    EXPECT_TRUE(run(g, x).equal(want));
  }
}

TEST(Prepack, KeepsTheBitsThereAndBack) {
  manual_seed(4);
  for (const Kind& kind : {kKinds[2], kKinds[3], kKinds[7], kKinds[8], kKinds[10]}) {
    SCOPED_TRACE(kind.op);
    Net net;
    Var* y = layer(net, kind, true);
    Graph& g = net.finish(net.op("aten::hardtanh_", {y, net.value(-0.5), net.value(0.75)}));
    const Tensor x = input_of(kind), want = run(g, x);
    ASSERT_TRUE(insert_prepacked_ops(g, {}));
    EXPECT_TRUE(run(g, x).equal(want));
    EXPECT_EQ(fuse_clamp(g, {}), !kind.transposed);  // as in PyTorch
    EXPECT_TRUE(run(g, x).equal(want));
    ASSERT_TRUE(fold_prepacking(g, {}));
    EXPECT_TRUE(run(g, x).equal(want));
    ASSERT_TRUE(unpack_prepacked(g, {}));
    EXPECT_TRUE(run(g, x).equal(want));
    EXPECT_EQ(count(g, find_overload(kind.op).schema.name), 1u);
  }
}

}  // namespace
}  // namespace tealight::ir

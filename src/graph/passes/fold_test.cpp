// Folding into layers: batch norms, arithmetic.
#include "graph/passes/testing.h"

namespace tealight::ir {
namespace {

constexpr const char* kHead = R"(graph(%x : Tensor):
    %true : bool = prim::Constant[value=1]()
    %false : bool = prim::Constant[value=0]()
    %none : NoneType = prim::Constant()
    %momentum : float = prim::Constant[value=0.1]()
    %eps : float = prim::Constant[value=0.]()
    %one : int = prim::Constant[value=1]()
    %list : int[] = prim::Constant[value=[1]]()
    %zeros : int[] = prim::Constant[value=[0]]()
    %w : Tensor = prim::Constant[value=(1,.,.) =   2 (2,.,.) =   3 [ CPUFloatType{2,1,1} ]]()
    %b : Tensor = prim::Constant[value= 1  0 [ CPUFloatType{2} ]]()
    %gamma : Tensor = prim::Constant[value= 4  6 [ CPUFloatType{2} ]]()
    %mean : Tensor = prim::Constant[value= 1  2 [ CPUFloatType{2} ]]()
    %var : Tensor = prim::Constant[value= 4  9 [ CPUFloatType{2} ]]()
    %half : Tensor = prim::Constant[value= 4  6 [ CPUHalfType{2} ]]()
)";

std::string graph(const std::string& nodes) { return kHead + nodes; }

// What is left after folding, constants not counted.
std::string left(const char* pass, const std::string& text) {
  const auto g = parse_graph(text);
  find_pass(pass).run(*g, {});
  verify(*g);
  std::string kinds;
  for (const auto& n : g->body().nodes())
    if (!n->is("prim::Constant")) kinds += (kinds.empty() ? "" : " ") + n->kind();
  return kinds;
}

TEST(FoldBatchNorm, ScalesWeightAndBias) {
  const auto g = parse_graph(graph(R"(
    %y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %false, %momentum, %eps, %true)
    return (%z))"));
  EXPECT_TRUE(fold_batch_norm(*g, {}));
  // scale 4 / 2, 6 / 3; shift -1 * 2, -2 * 2
  EXPECT_EQ(g->str(), parse_graph(R"(graph(%x : Tensor):
    %one : int = prim::Constant[value=1]()
    %list : int[] = prim::Constant[value=[1]]()
    %zeros : int[] = prim::Constant[value=[0]]()
    %0 : Tensor = prim::Constant[value=(1,.,.) =   4 (2,.,.) =   6 [ CPUFloatType{2,1,1} ]]()
    %1 : Tensor = prim::Constant[value= 0 -4 [ CPUFloatType{2} ]]()
    %y : Tensor = aten::conv1d(%x, %0, %1, %list, %zeros, %list, %one)
    return (%y))")
                          ->str());
  EXPECT_FALSE(fold_batch_norm(*g, {}));
}

TEST(FoldBatchNorm, TakesTheLayersOwnCheckWithIt) {
  EXPECT_EQ(left("fold_batch_norm", graph(R"(
    %m : str = prim::Constant[value="expected 4D input"]()
    %four : int = prim::Constant[value=4]()
    %y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %d : int = aten::dim(%y)
    %c : bool = aten::ne(%d, %four)
    %e : bool = prim::If(%c)
      block0():
        %f : int = aten::dim(%y)
        %g : bool = aten::ne(%f, %one)
        -> (%g)
      block1():
        -> (%false)
     = prim::If(%e)
      block0():
         = prim::RaiseException(%m, %none)
        -> ()
      block1():
        -> ()
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %false, %momentum, %eps, %true)
    return (%z))")),
            "aten::conv1d");
}

TEST(FoldBatchNorm, LeavesWhatWouldChangeOtherResults) {
  for (const char* nodes : {// the layer's result is used elsewhere
                            R"(%y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %false, %momentum, %eps, %true)
    %r : Tensor = aten::add(%y, %z, %one)
    return (%r))",
                            // statistics of the batch
                            R"(%y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %true, %momentum, %eps, %true)
    return (%z))",
                            // no statistics
                            R"(%y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %none, %none, %false, %momentum, %eps, %true)
    return (%z))",
                            // another dtype
                            R"(%y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %half, %none, %mean, %var, %false, %momentum, %eps, %true)
    return (%z))",
                            // a weight that is computed
                            R"(%v : Tensor = aten::view_as(%x, %w)
    %y : Tensor = aten::conv1d(%x, %v, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %false, %momentum, %eps, %true)
    return (%z))"})
    EXPECT_FALSE(fold_batch_norm(*parse_graph(graph(nodes)), {})) << nodes;
}

// Of three dimensions, dimension 1 is not the one that the layer gives.
TEST(FoldBatchNorm, TakesLinearLayersOfTwoDimensions) {
  const std::string nodes = R"(
    %lw : Tensor = prim::Constant[value= 1  2 [ CPUFloatType{2,1} ]]()
    %y : Tensor = aten::linear(%in, %lw, %b)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %false, %momentum, %eps, %true)
    return (%z))";
  EXPECT_EQ(left("fold_batch_norm", graph("    %in : Tensor = aten::relu(%x)" + nodes)),
            "aten::relu aten::linear aten::batch_norm");
  EXPECT_EQ(left("fold_batch_norm", graph(R"(
    %minus : int = prim::Constant[value=-1]()
    %flat : Tensor = aten::flatten(%x, %one, %minus)
    %in : Tensor = aten::relu(%flat))" + nodes)),
            "aten::flatten aten::relu aten::linear");
}

TEST(FoldBatchNorm, GivesALayerItsOwnCopyOfSharedWeights) {
  const auto g = parse_graph(graph(R"(
    %y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %z : Tensor = aten::batch_norm(%y, %gamma, %none, %mean, %var, %false, %momentum, %eps, %true)
    %v : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)
    %u : Tensor = aten::batch_norm(%v, %half, %none, %mean, %var, %false, %momentum, %eps, %true)
    return (%z, %u))"));
  EXPECT_TRUE(fold_batch_norm(*g, {}));
  const Node* v = g->find("v")->node();
  EXPECT_EQ(v->input(1)->name(), "w");
  EXPECT_EQ(constant_value(v->input(1))->toTensor().data_ptr<float>()[0], 2);
}

TEST(FoldArithmetic, FoldsConstants) {
  const std::string conv =
      "    %y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)\n"
      "    %c : Tensor = prim::Constant[value= 4  6 [ CPUFloatType{2,1} ]]()\n"
      "    %two : float = prim::Constant[value=2.]()\n";
  const struct {
    const char* node;
    float weight, bias;  // of the first channel; before, they are 2 and 1
  } cases[] = {
      {"aten::mul(%y, %c)", 8, 4},          {"aten::mul(%c, %y)", 8, 4},
      {"aten::mul_(%y, %c)", 8, 4},         {"aten::div(%y, %two)", 1, 0.5f},
      {"aten::add(%y, %c, %two)", 2, 9},    {"aten::add(%c, %y, %two)", 4, 6},
      {"aten::add_(%y, %two, %one)", 2, 3}, {"aten::sub(%y, %c, %one)", 2, -3},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.node);
    const auto g = parse_graph(graph(conv + "    %z : Tensor = " + c.node + "\n    return (%z)"));
    ASSERT_TRUE(fold_arithmetic(*g, {}));
    verify(*g);
    const Node* layer = g->outputs()[0]->node();
    ASSERT_TRUE(layer->is("aten::conv1d"));
    EXPECT_EQ(constant_value(layer->input(1))->toTensor().data_ptr<float>()[0], c.weight);
    EXPECT_EQ(constant_value(layer->input(2))->toTensor().data_ptr<float>()[0], c.bias);
  }
}

TEST(FoldArithmetic, LeavesWhatIsNotOneNumberForEachChannel) {
  for (const char* node : {"aten::mul(%y, %gamma)", "aten::div(%two, %y)", "aten::mul(%y, %x)",
                           "aten::add(%y, %x, %one)", "aten::div(%y, %zero)"}) {
    const std::string text = graph(
        "    %y : Tensor = aten::conv1d(%x, %w, %b, %list, %zeros, %list, %one)\n"
        "    %two : Tensor = prim::Constant[value= 4  6 [ CPUFloatType{2,1} ]]()\n"
        "    %zero : int = prim::Constant[value=0]()\n"
        "    %z : Tensor = " +
        std::string(node) + "\n    return (%z)");
    EXPECT_FALSE(fold_arithmetic(*parse_graph(text), {})) << node;
  }
}

}  // namespace
}  // namespace tealight::ir

// What the optimizer for phones does to graphs, and back.
#include "graph/passes/testing.h"

namespace tealight::ir {
namespace {

TEST(RemoveDropout, RemovesWhatDoesNothing) {
  expect_pass("remove_dropout", R"(graph(%x : Tensor, %c : bool):
    %p : float = prim::Constant[value=0.5]()
    %true : bool = prim::Constant[value=1]()
    %false : bool = prim::Constant[value=0]()
    %a : Tensor = aten::dropout(%x, %p, %false)
    %b : Tensor = aten::feature_dropout_(%a, %p, %false)
    %d : Tensor = aten::dropout(%b, %p, %true)
    %e : Tensor = aten::dropout(%d, %p, %c)
    return (%e))",
              R"(graph(%x : Tensor, %c : bool):
    %p : float = prim::Constant[value=0.5]()
    %true : bool = prim::Constant[value=1]()
    %false : bool = prim::Constant[value=0]()
    %d : Tensor = aten::dropout(%x, %p, %true)
    %e : Tensor = aten::dropout(%d, %p, %c)
    return (%e))");
}

TEST(FuseAddRelu, Fuses) {
  expect_pass("fuse_add_relu", R"(graph(%x : Tensor, %y : Tensor):
    %one : int = prim::Constant[value=1]()
    %a : Tensor = aten::add(%x, %y, %one)
    %b : Tensor = aten::relu(%a)
    %c : Tensor = aten::add(%b, %y, %one)
    %d : Tensor = aten::relu_(%c)
    %e : Tensor = aten::add_(%d, %y, %one)
    %f : Tensor = aten::relu_(%e)
    return (%f))",
              R"(graph(%x : Tensor, %y : Tensor):
    %one : int = prim::Constant[value=1]()
    %r : Tensor = aten::_add_relu(%x, %y, %one)
    %r.1 : Tensor = aten::_add_relu(%r, %y, %one)
    %0 : Tensor = aten::_add_relu_(%r.1, %y, %one)
    return (%0))");
}

TEST(FuseAddRelu, LeavesSumsThatOthersSee) {
  for (const char* nodes : {
           R"(%a : Tensor = aten::add(%x, %y, %one)
    %b : Tensor = aten::relu_(%a)
    %c : Tensor = aten::mul(%a, %b)
    return (%c))",
           R"(%a : Tensor = aten::add_(%x, %y, %one)
    %v : Tensor = aten::neg(%x)
    %b : Tensor = aten::relu_(%a)
    return (%b, %v))",
           R"(%a : Tensor = aten::add_(%x, %y, %one)
    %v : Tensor = aten::neg_(%y)
    %b : Tensor = aten::relu_(%a)
    return (%b, %v))",
           R"(%a : Tensor = aten::add_(%x, %y, %one)
    %b : Tensor = aten::relu(%a)
    return (%b))",
           R"(%l : Tensor = aten::add(%x, %one, %one)
    %b : Tensor = aten::relu(%l)
    return (%b))"})
    expect_unchanged("fuse_add_relu", std::string(R"(graph(%x : Tensor, %y : Tensor):
    %one : int = prim::Constant[value=1]()
    )") + nodes);
}

constexpr const char* kConvolutions = R"(graph(%x : Tensor):
    %true : bool = prim::Constant[value=1]()
    %false : bool = prim::Constant[value=0]()
    %none : NoneType = prim::Constant()
    %one : int = prim::Constant[value=1]()
    %s : int[] = prim::Constant[value=[2]]()
    %p : int[] = prim::Constant[value=[3]]()
    %d : int[] = prim::Constant[value=[4]]()
    %w : Tensor = prim::Constant[value=(1,.,.) =   2 (2,.,.) =   3 [ CPUFloatType{2,1,1} ]]()
)";

TEST(Conv1dToConv2d, NamesAndWidens) {
  expect_pass("name_convolutions", kConvolutions + std::string(R"(
    %y : Tensor = aten::_convolution(%x, %w, %none, %s, %p, %d, %false, %s, %one, %true, %true, %true, %true)
    %z : Tensor = aten::_convolution(%y, %w, %none, %s, %p, %d, %true, %s, %one, %true, %true, %true, %true)
    return (%z))"),
              kConvolutions + std::string(R"(
    %0 : Tensor = aten::conv1d(%x, %w, %none, %s, %p, %d, %one)
    %1 : Tensor = aten::conv_transpose1d(%0, %w, %none, %s, %p, %s, %one, %d)
    return (%1))"));
  expect_pass("conv1d_to_conv2d", kConvolutions + std::string(R"(
    %y : Tensor = aten::conv1d(%x, %w, %none, %s, %p, %d, %one)
    return (%y))"),
              kConvolutions + std::string(R"(
    %0 : int = prim::Constant[value=2]()
    %1 : Tensor = aten::unsqueeze(%x, %0)
    %2 : Tensor = prim::Constant[value=(1,1,.,.) =   2 (2,1,.,.) =   3 [ CPUFloatType{2,1,1,1} ]]()
    %3 : int[] = prim::Constant[value=[1, 2]]()
    %4 : int[] = prim::Constant[value=[0, 3]]()
    %5 : int[] = prim::Constant[value=[1, 4]]()
    %6 : Tensor = aten::conv2d(%1, %2, %none, %3, %4, %5, %one)
    %7 : Tensor = aten::squeeze(%6, %0)
    return (%7))"));
}

constexpr const char* kLayer = R"(graph(%x : Tensor, %lo : float):
    %none : NoneType = prim::Constant()
    %zero : float = prim::Constant[value=0.]()
    %six : float = prim::Constant[value=6.]()
    %w : Tensor = prim::Constant[value= 1  2 [ CPUFloatType{2,1} ]]()
    %packed : __torch__.torch.classes.xnnpack.LinearOpContext = prepacked::linear_clamp_prepack(%w, %none, %none, %none)
    %y : Tensor = prepacked::linear_clamp_run(%x, %packed)
)";

TEST(Prepack, InsertsOpsForConstantFloatWeights) {
  const std::string layers = R"(graph(%x : Tensor, %v : Tensor):
    %none : NoneType = prim::Constant()
    %w : Tensor = prim::Constant[value= 1  2 [ CPUFloatType{2,1} ]]()
    %d : Tensor = prim::Constant[value= 1  2 [ CPUDoubleType{2,1} ]]()
    %y : Tensor = aten::linear(%x, %w, %none)
    %z : Tensor = aten::linear(%y, %v, %none)
    %u : Tensor = aten::linear(%z, %d, %none)
    return (%u))";
  const auto g = parse_graph(layers);
  EXPECT_TRUE(insert_prepacked_ops(*g, {}));
  verify(*g);
  std::string kinds;
  for (const auto& n : g->body().nodes()) kinds += n->kind() + " ";
  EXPECT_EQ(kinds,
            "prim::Constant prim::Constant prim::Constant prim::Constant "
            "prepacked::linear_clamp_prepack prepacked::linear_clamp_run aten::linear "
            "aten::linear ");
}

TEST(Prepack, FusesActivations) {
  for (const auto& [activation, limits] :
       std::map<std::string, std::string>{{"aten::relu(%y)", "0, None"},
                                          {"aten::relu_(%y)", "0, None"},
                                          {"aten::hardtanh(%y, %zero, %six)", "0, 6"},
                                          {"aten::hardtanh_(%y, %zero, %six)", "0, 6"}}) {
    const auto g = parse_graph(kLayer + ("%z : Tensor = " + activation + "\n return (%z)"));
    EXPECT_TRUE(fuse_clamp(*g, {})) << activation;
    verify(*g);
    const Node* pack = g->find("packed")->node();
    std::string given;
    for (size_t i : {2, 3}) given += (i == 2 ? "" : ", ") + repr(*constant_value(pack->input(i)));
    EXPECT_EQ(given == "0.0, None" ? "0, None" : given == "0.0, 6.0" ? "0, 6" : given, limits);
    EXPECT_EQ(g->body().last()->kind(), "prepacked::linear_clamp_run");
  }
  for (const char* nodes : {"%z : Tensor = aten::hardtanh(%y, %lo, %six)\n return (%z)",
                            "%z : Tensor = aten::relu(%y)\n return (%z, %y)",
                            "%z : Tensor = aten::relu6(%y)\n return (%z)"})
    EXPECT_FALSE(fuse_clamp(*parse_graph(kLayer + std::string(nodes)), {})) << nodes;
}

TEST(Prepack, FoldsAndUnpacks) {
  const auto g = parse_graph(kLayer + std::string("%z : Tensor = aten::relu(%y)\n return (%z)"));
  fuse_clamp(*g, {});
  EXPECT_TRUE(fold_prepacking(*g, {}));
  verify(*g);
  ASSERT_EQ(g->body().nodes().size(), 2u) << g->str();
  EXPECT_TRUE(constant_value(g->find("y")->node()->input(1))->isObject());
  EXPECT_TRUE(unpack_prepacked(*g, {}));
  verify(*g);
  EXPECT_EQ(g->str(), parse_graph(R"(graph(%x : Tensor, %lo : float):
    %3 : Tensor = prim::Constant[value= 1  2 [ CPUFloatType{2,1} ]]()
    %4 : NoneType = prim::Constant()
    %5 : Tensor = aten::linear(%x, %3, %4)
    %6 : Tensor = aten::relu(%5)
    return (%6))")
                          ->str());
}

TEST(UnrollLoops, RepeatsShortBodies) {
  expect_pass("unroll_loops", R"(graph(%x : int, %n : int):
    %two : int = prim::Constant[value=2]()
    %nine : int = prim::Constant[value=9]()
    %true : bool = prim::Constant[value=1]()
    %y : int, %z : int = prim::Loop(%two, %true, %x, %n)
      block0(%i : int, %a : int, %b : int):
        %c : int = aten::add(%a, %i)
        -> (%true, %b, %c)
    %many : int = prim::Loop(%nine, %true, %x)
      block0(%j : int, %p : int):
        -> (%true, %j)
    %some : int = prim::Loop(%n, %true, %x)
      block0(%k : int, %q : int):
        -> (%true, %k)
    return (%y, %z, %many, %some))",
              R"(graph(%x : int, %n : int):
    %two : int = prim::Constant[value=2]()
    %nine : int = prim::Constant[value=9]()
    %true : bool = prim::Constant[value=1]()
    %0 : int = prim::Constant[value=0]()
    %c.1 : int = aten::add(%x, %0)
    %1 : int = prim::Constant[value=1]()
    %c.2 : int = aten::add(%n, %1)
    %many : int = prim::Loop(%nine, %true, %x)
      block0(%j : int, %p : int):
        -> (%true, %j)
    %some : int = prim::Loop(%n, %true, %x)
      block0(%k : int, %q : int):
        -> (%true, %k)
    return (%c.1, %c.2, %many, %some))");
}

}  // namespace
}  // namespace tealight::ir

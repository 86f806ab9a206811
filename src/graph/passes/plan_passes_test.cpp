// Passes of straight graphs with known shapes, which plans are made of.
#include "graph/passes/testing.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

constexpr const char* kHead = R"(graph(%x : Float(1, 2, 4, 4, strides=[32, 16, 4, 1]),
      %r : Float(1, 2, 4, 4, strides=[32, 16, 4, 1])):
    %true : bool = prim::Constant[value=1]()
    %false : bool = prim::Constant[value=0]()
    %none : NoneType = prim::Constant()
    %one : int = prim::Constant[value=1]()
    %two : int = prim::Constant[value=2]()
    %three : float = prim::Constant[value=3.]()
    %ones : int[] = prim::Constant[value=[1, 1]]()
    %zeros : int[] = prim::Constant[value=[0, 0]]()
    %sizes : int[] = prim::Constant[value=[1, 2, 4, 4]]()
    %strides : int[] = prim::Constant[value=[32, 16, 4, 1]]()
    %float : int = prim::Constant[value=6]()
    %w : Tensor = prim::Constant[value=<Tensor>]()
    %dw : Tensor = prim::Constant[value=<Tensor>]()
)";

// "y" gets the form of the input.
std::string with_forms(std::string text) {
  const std::string form = "Float(1, 2, 4, 4, strides=[32, 16, 4, 1])";
  for (size_t at; (at = text.find("@")) != text.npos;) text.replace(at, 1, form);
  return kHead + text;
}

// What is left, constants not counted; activations of fused layers in brackets.
std::string left(std::initializer_list<const char*> passes, const std::string& text) {
  const auto g = parse_with(with_forms(text),
                            {{"w", Value(ones({2, 2, 1, 1}))}, {"dw", Value(ones({2, 1, 1, 1}))}});
  for (const char* pass : passes) {
    find_pass(pass).run(*g, {});
    verify(*g);
  }
  std::string kinds;
  for (const auto& n : g->body().nodes()) {
    if (n->is("prim::Constant")) continue;
    kinds += (kinds.empty() ? "" : " ") + n->kind();
    if (n->is("tealight::conv2d")) {
      kinds += "[" + constant_value(n->input(8))->toStringRef();
      kinds += constant_value(n->input(3)) ? "]" : " + residual]";
    }
  }
  return kinds;
}
std::string fused(const std::string& text) { return left({"fuse_epilogues"}, text); }

constexpr const char* kConv =
    "    %y : @ = aten::convolution(%x, %w, %none, %ones, %zeros, %ones, %false, %zeros, %one)\n";

TEST(FuseEpilogues, TakesSumsAndActivations) {
  EXPECT_EQ(fused(str(kConv, "    return (%y)")), "tealight::conv2d[none]");
  EXPECT_EQ(fused(str(kConv, "    %z : @ = aten::relu(%y)\n    return (%z)")),
            "tealight::conv2d[clamp]");
  EXPECT_EQ(fused(str(kConv, "    %s : @ = aten::add(%y, %r, %one)\n    return (%s)")),
            "tealight::conv2d[none + residual]");
  EXPECT_EQ(fused(str(kConv,
                      "    %s : @ = aten::add(%r, %y, %one)\n"
                      "    %z : @ = aten::hardswish(%s)\n    return (%z)")),
            "tealight::conv2d[hardswish + residual]");
}

TEST(FuseEpilogues, LeavesWhatIsUsedOrWrittenElsewhere) {
  EXPECT_EQ(fused(str(kConv, "    %z : @ = aten::relu(%y)\n    return (%y, %z)")),
            "tealight::conv2d[none] aten::relu");
  EXPECT_EQ(fused(str(kConv,
                      "    %z : @ = aten::relu(%y)\n    %u : @ = aten::neg_(%y)\n"
                      "    return (%z)")),
            "tealight::conv2d[none] aten::relu aten::neg_");
  // The input is written between the layer and its activation.
  EXPECT_EQ(fused(str(kConv,
                      "    %u : @ = aten::neg_(%x)\n    %z : @ = aten::relu(%y)\n"
                      "    return (%z)")),
            "tealight::conv2d[none] aten::neg_ aten::relu");
}

TEST(FuseEpilogues, LeavesWhatItHasNoFormFor) {
  EXPECT_EQ(fused(str(kConv, "    %s : @ = aten::add(%y, %r, %two)\n    return (%s)")),
            "tealight::conv2d[none] aten::add");
  EXPECT_EQ(fused(str(kConv, "    %s : @ = aten::add(%y, %y, %one)\n    return (%s)")),
            "tealight::conv2d[none] aten::add");
  EXPECT_EQ(fused(str(kConv,
                      "    %z : @ = aten::relu(%y)\n    %s : @ = aten::add(%z, %r, %one)\n"
                      "    return (%s)")),
            "tealight::conv2d[clamp] aten::add");
  EXPECT_EQ(fused(str(kConv, "    %z : @ = aten::exp(%y)\n    return (%z)")),
            "tealight::conv2d[none] aten::exp");
  EXPECT_EQ(fused("    %y : @ = aten::convolution(%x, %r, %none, %ones, %zeros, %ones, %false, "
                  "%zeros, %one)\n    return (%y)"),
            "aten::convolution");  // its weight is no constant
}

constexpr const char* kBlock =
    "    %d : @ = aten::convolution(%x, %dw, %none, %ones, %zeros, %ones, %false, %zeros, %two)\n"
    "    %e : @ = aten::relu6(%d)\n"
    "    %p : @ = aten::convolution(%e, %w, %none, %ones, %zeros, %ones, %false, %zeros, %one)\n";

std::string blocks(const std::string& text) {
  return left({"fuse_epilogues", "fuse_mobile_blocks"}, text);
}

TEST(FuseMobileBlocks, TakesDepthwiseAndPointwiseLayers) {
  EXPECT_EQ(blocks(str(kBlock, "    return (%p)")), "tealight::inverted_residual");
  EXPECT_EQ(blocks(str(kBlock, "    %s : @ = aten::add(%p, %x, %one)\n    return (%s)")),
            "tealight::inverted_residual");
  EXPECT_EQ(blocks(str(kConv,
                       "    %a : @ = aten::relu(%y)\n"
                       "    %d : @ = aten::convolution(%a, %dw, %none, %ones, %zeros, %ones, "
                       "%false, %zeros, %two)\n"
                       "    %p : @ = aten::convolution(%d, %w, %none, %ones, %zeros, %ones, "
                       "%false, %zeros, %one)\n    return (%p)")),
            "tealight::inverted_residual");
}

TEST(FuseMobileBlocks, LeavesInnerTensorsThatAreUsed) {
  EXPECT_EQ(blocks(str(kBlock, "    return (%p, %e)")),
            "tealight::conv2d[clamp] tealight::conv2d[none]");
  EXPECT_EQ(blocks(str(kConv, "    return (%y)")), "tealight::conv2d[none]");
}

// A block reads its input where its last layer stands.
TEST(FuseMobileBlocks, LeavesInputsThatAreWrittenMeanwhile) {
  EXPECT_EQ(blocks("    %d : @ = aten::convolution(%x, %dw, %none, %ones, %zeros, %ones, %false, "
                   "%zeros, %two)\n"
                   "    %u : @ = aten::neg_(%x)\n"
                   "    %p : @ = aten::convolution(%d, %w, %none, %ones, %zeros, %ones, %false, "
                   "%zeros, %one)\n    return (%p)"),
            "tealight::conv2d[none] aten::neg_ tealight::conv2d[none]");
}

constexpr const char* kBytes = R"(    %scale : float = prim::Constant[value=0.1]()
    %quint8 : int = prim::Constant[value=13]()
    %q : QUInt8(1, 2, 4, 4, strides=[32, 16, 4, 1]) = aten::quantize_per_tensor(%x, %scale, %one, %quint8)
    %f : @ = aten::dequantize(%q)
)";
constexpr const char* kBack =
    "    %p : QUInt8(1, 2, 4, 4, strides=[32, 16, 4, 1]) = "
    "aten::quantize_per_tensor(%s, %three, %two, %quint8)\n    return (%p)";

TEST(FuseTables, TakesWhatIsDoneToNumbersOneByOne) {
  EXPECT_EQ(left({"fuse_tables"}, str(kBytes, "    %s : @ = aten::silu(%f)\n", kBack)),
            "aten::quantize_per_tensor tealight::lookup");
  EXPECT_EQ(left({"fuse_tables"}, str(kBytes,
                                      "    %t : @ = aten::mul(%f, %three)\n"
                                      "    %s : @ = aten::hardswish(%t)\n",
                                      kBack)),
            "aten::quantize_per_tensor tealight::lookup");
}

TEST(FuseTables, LeavesWhatDependsOnMore) {
  EXPECT_EQ(left({"fuse_tables"}, str(kBytes, "    %s : @ = aten::mul(%f, %r)\n", kBack)),
            "aten::quantize_per_tensor aten::dequantize aten::mul aten::quantize_per_tensor");
  EXPECT_EQ(
      left({"fuse_tables"}, str(kBytes, "    %s : @ = aten::_softmax(%f, %one, %false)\n", kBack)),
      "aten::quantize_per_tensor aten::dequantize aten::_softmax aten::quantize_per_tensor");
}

constexpr const char* kCopy =
    "    %y : @ = aten::neg(%x)\n"
    "    %c : @ = tealight::materialize(%y, %sizes, %strides, %float)\n";

TEST(RemoveCopies, ThatNobodyWrites) {
  EXPECT_EQ(left({"remove_copies"}, str(kCopy, "    %z : @ = aten::relu(%c)\n    return (%z)")),
            "aten::neg aten::relu");
  EXPECT_EQ(
      left({"remove_copies"}, str(kCopy, "    %z : @ = aten::relu_(%c)\n    return (%z, %y)")),
      "aten::neg tealight::materialize aten::relu_");
  EXPECT_EQ(
      left({"remove_copies"}, str(kCopy, "    %z : @ = aten::relu_(%y)\n    return (%z, %c)")),
      "aten::neg tealight::materialize aten::relu_");
}

TEST(RemoveCopies, ThatChangeNothingOfTheForm) {
  EXPECT_EQ(left({"remove_copies"},
                 "    %c : Double(1, 2, 4, 4, strides=[32, 16, 4, 1]) = "
                 "tealight::materialize(%x, %sizes, %strides, %float)\n    return (%c)"),
            "tealight::materialize");
}

constexpr const char* kScores = R"(    %q : Float(2, 4, 4) = aten::reshape(%x, %folded)
    %v : Float(2, 4, 4) = aten::reshape(%r, %folded)
    %k : Float(2, 4, 4) = aten::transpose(%v, %one, %two)
    %s : Float(2, 4, 4) = aten::bmm(%q, %k)
    %m : Float(2, 4, 4) = aten::mul(%s, %three)
    %p : Float(2, 4, 4) = aten::_softmax(%m, %two, %false)
)";

std::string attention(const std::string& text) {
  return left({"fuse_attention"},
              str("    %folded : int[] = prim::Constant[value=[2, 4, 4]]()\n", kScores, text));
}

TEST(FuseAttention, TakesProductsAroundASoftmax) {
  EXPECT_EQ(attention("    %y : Float(2, 4, 4) = aten::bmm(%p, %v)\n    return (%y)"),
            "aten::reshape aten::reshape aten::transpose aten::unsqueeze aten::transpose "
            "aten::unsqueeze aten::unsqueeze tealight::attention aten::squeeze");
}

// Queries are read where the second product stands.
TEST(FuseAttention, LeavesQueriesThatAreWrittenMeanwhile) {
  EXPECT_EQ(attention("    %u : Float(2, 4, 4) = aten::neg_(%q)\n"
                      "    %y : Float(2, 4, 4) = aten::bmm(%p, %v)\n    return (%y)"),
            "aten::reshape aten::reshape aten::transpose aten::bmm aten::mul aten::_softmax "
            "aten::neg_ aten::bmm");
}

constexpr const char* kShuffle = R"(    %list : Tensor[] = prim::ListConstruct(%x, %r)
    %c : Float(1, 4, 4, 4) = aten::cat(%list, %one)
    %halves : int[] = prim::Constant[value=[1, 2, 2, 4, 4]]()
    %all : int[] = prim::Constant[value=[1, 4, 4, 4]]()
    %v : Float(1, 2, 2, 4, 4) = aten::view(%c, %halves)
    %t : Float(1, 2, 2, 4, 4) = aten::transpose(%v, %one, %two)
)";

TEST(FuseShuffles, TakesConcatenationsUnlessTheirPartsAreWritten) {
  const char* end = "    %s : Float(1, 4, 4, 4) = aten::view(%t, %all)\n    return (%s)";
  EXPECT_EQ(left({"fuse_shuffles"}, str(kShuffle, end)), "tealight::shuffle_cat");
  EXPECT_EQ(left({"fuse_shuffles"}, str(kShuffle, "    %u : @ = aten::neg_(%x)\n", end)),
            "prim::ListConstruct aten::cat aten::view aten::transpose aten::neg_ aten::view");
}

}  // namespace
}  // namespace tealight::ir

// Text in, text out; structure.
#include "graph/ir.h"

#include <gtest/gtest.h>

namespace tealight::ir {
namespace {

// The text of this file's graphs is as torch 1.13 prints it.
void expect_round_trip(const std::string& text) { EXPECT_EQ(parse_graph(text)->str(), text); }

TEST(GraphText, RoundTripsBlocks) {
  expect_round_trip(R"(graph(%x.1 : Tensor,
      %n.1 : int,
      %d : Dict(str, Tensor)[]?):
  %10 : bool = prim::Constant[value=1]() # /tmp/p.py:6:4
  %13 : int = prim::Constant[value=3]()
  %17 : float = prim::Constant[value=1.5]() # /tmp/p.py:8:20
  %y.53 : Tensor = prim::Loop(%n.1, %10, %x.1) # /tmp/p.py:6:4
    block0(%i.1 : int, %y.51 : Tensor):
      %14 : bool = aten::gt(%i.1, %13)
      %y.49 : Tensor = prim::If(%14)
        block0():
          %y.3 : Tensor = aten::add(%y.51, %17, %13)
          -> (%y.3)
        block1():
           = prim::RaiseException(%d, %d)
          -> (%y.51)
      -> (%10, %y.49)
  %a : int, %b : float = prim::TupleUnpack(%x.1)
  return (%y.53, %a)
)");
}

}  // namespace
}  // namespace tealight::ir

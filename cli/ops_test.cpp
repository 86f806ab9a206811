#include "testing.h"

namespace tealight::cli {
namespace {

TEST(Ops, ListsSchemas) {
  const Printed all = tealight({"ops"});
  EXPECT_EQ(all.status, 0);
  EXPECT_HAS(all.out, "aten::relu(Tensor self) -> Tensor\n");
  EXPECT_GT(std::count(all.out.begin(), all.out.end(), '\n'), 1000);
  const Printed some = tealight({"ops", "conv2d", "lstm"});
  EXPECT_HAS(some.out, "aten::conv2d(");
  EXPECT_HAS(some.out, "aten::lstm.input(");
  EXPECT_FALSE(contains(some.out, "aten::relu("));
  EXPECT_EQ(tealight({"ops", "no_such_operator"}).status, 1);
}

TEST(Ops, AsJsonAndMarkdown) {
  const auto j = tealight({"ops", "aten::relu", "--json"}).json();
  EXPECT_EQ(j[0]["name"], "aten::relu");
  EXPECT_EQ(j[0]["gradient"], true);
  EXPECT_HAS(tealight({"ops", "aten::relu", "--markdown"}).out,
             "| `aten::relu(Tensor self) -> Tensor` | kernels | yes |");
}

}  // namespace
}  // namespace tealight::cli

#include "format/type_table.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

TEST(TypeTable, ReadsWhatBytecodeHas) {
  TypeTable t;
  for (const char* text :
       {"Tensor", "List[int]", "Dict[str,int]", "List[Tuple[Tensor]]",
        "Optional[Dict[str, List[str]]]", "Tuple[()]", "List[Union[float, int]]",
        "List[__torch__.torch.classes.rnn.CellParamsBase]", "Any", "NoneType", "number"}) {
    EXPECT_NO_THROW(t.parse(text)) << text;
  }
  EXPECT_EQ(t.parse("List[int]"), t.parse("List[int]"));
}

TEST(TypeTable, RemembersNamedTuples) {
  TypeTable t;
  EXPECT_TRUE(t.parse("List[__torch__.NT]")->element()->is(TypeKind::Class));
  const TypePtr nt =
      t.parse("__torch__.NT[NamedTuple, [[a, Tensor],[b, Dict[str, int]],[c, Optional[Tensor]]]]");
  EXPECT_TRUE(nt->is(TypeKind::Tuple));
  EXPECT_EQ(nt->name, "__torch__.NT");
  EXPECT_EQ(nt->field_names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(nt->children[1]->annotation(), "Dict[str, int]");
  EXPECT_EQ(t.parse("__torch__.NT"), nt);
  EXPECT_EQ(t.parse("Dict[str, __torch__.NT]")->children[1], nt);
}

TEST(TypeTable, ReadsNamedTuplesInsideOthers) {
  TypeTable t;
  const TypePtr outer = t.parse(
      "List[__torch__.A[NamedTuple, [[x, __torch__.B[NamedTuple, [[y, int]]]], [z, float]]]]");
  ASSERT_TRUE(outer->is(TypeKind::List));
  EXPECT_EQ(outer->element()->field_names, (std::vector<std::string>{"x", "z"}));
  EXPECT_EQ(t.parse("__torch__.B")->field_names, std::vector<std::string>{"y"});
}

TEST(TypeTable, RejectsNonsense) {
  TypeTable t;
  for (const char* text :
       {"", "List[", "__torch__.NT[NamedTuple, ", "__torch__.NT[NamedTuple, [[a]]]",
        "__torch__.NT[NamedTuple, [[a, int][b, int]]]", "__torch__.NT[NamedTuple, a]"}) {
    EXPECT_THROW(t.parse(text), Error) << text;
  }
  std::string deep = "int";
  for (int i = 0; i < 100; ++i)
    deep = "N" + std::to_string(i) + "[NamedTuple, [[a, " + deep + "]]]";
  EXPECT_THROW(t.parse(deep), Error);
  EXPECT_THROW(t.parse(std::string(1 << 17, 'x')), Error);
}

TEST(TypeTable, KeepsOneClassForEachListOfAttributes) {
  TypeTable t;
  const auto a = t.find_class("__torch__.M", {"w"});
  EXPECT_EQ(a, t.find_class("__torch__.M", {"w"}));
  EXPECT_NE(a, t.find_class("__torch__.M", {"w", "b"}));
  EXPECT_NE(a, t.find_class("__torch__.N", {"w"}));
  EXPECT_EQ(t.classes().size(), 3u);
}

}  // namespace
}  // namespace tealight

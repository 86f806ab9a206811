#include "tealight/type.h"

#include <gtest/gtest.h>

#include "tealight/value.h"

namespace tealight {
namespace {

struct Spelling {
  const char *text, *schema, *annotation;
};

TEST(Type, BothSpellingsAreReadAndWritten) {
  const Spelling cases[] = {
      {"int", "int", "int"},
      {"Tensor[]", "Tensor[]", "List[Tensor]"},
      {"List[Tensor]", "Tensor[]", "List[Tensor]"},
      {"Optional[List[int]]", "int[]?", "Optional[List[int]]"},
      {"int[]?", "int[]?", "Optional[List[int]]"},
      {"Tensor?[]", "Tensor?[]", "List[Optional[Tensor]]"},
      {"Dict[str, Tuple[int, float]]", "Dict(str, (int, float))", "Dict[str, Tuple[int, float]]"},
      {"Dict(str, Tensor)", "Dict(str, Tensor)", "Dict[str, Tensor]"},
      {"(int, int)", "(int, int)", "Tuple[int, int]"},
      {"Tuple[()]", "()", "Tuple[()]"},
      {"()", "()", "Tuple[()]"},
      {"Union[int, str]", "Union(int, str)", "Union[int, str]"},
      {"number", "Scalar", "number"},
      {"Scalar", "Scalar", "number"},
      {"SymInt[2]", "int[]", "List[int]"},
      {"ScalarType?", "ScalarType?", "Optional[int]"},
      {"Future[Tensor]", "Future(Tensor)", "Future[Tensor]"},
      {"Tensor(a!)", "Tensor", "Tensor"},
      {"Tensor(a -> *)[]", "Tensor[]", "List[Tensor]"},
      {"t[](a!)", "t[]", "List[t]"},
      {"Dict(str, t)(a!)", "Dict(str, t)", "Dict[str, t]"},
      {"__torch__.m.Net", "__torch__.m.Net", "__torch__.m.Net"},
      {"NoneType", "NoneType", "NoneType"},
      {"Optional[Optional[int]]", "int?", "Optional[int]"},
  };
  for (const Spelling& c : cases) {
    const TypePtr t = parse_type(c.text);
    EXPECT_EQ(t->str(), c.schema) << c.text;
    EXPECT_EQ(t->annotation(), c.annotation) << c.text;
    EXPECT_TRUE(*parse_type(t->annotation()) == *t || t->str() == "ScalarType?") << c.text;
  }
}

TEST(Type, RejectsWhatIsNotAType) {
  for (const char* text :
       {"", "List[", "List[int", "List[int, int]", "Dict[str]", "Tensor(a", "int]", "(int", "Foo",
        "Union[]", "int[x]", "int[", "Optional[]", "int int", "Tuple[int,,int]"}) {
    EXPECT_THROW(parse_type(text), Error) << text;
  }
}

TEST(Type, HostileNestingIsRefusedQuickly) {
  std::string lists, tuples, suffixes = "int", wide = "Tuple[int";
  for (int i = 0; i < 100000; ++i) {
    lists += "List[";
    tuples += "(";
    suffixes += "[]";
    wide += ",int";
  }
  EXPECT_THROW(parse_type(lists), Error);
  EXPECT_THROW(parse_type(tuples), Error);
  EXPECT_THROW(parse_type(suffixes), Error);
  EXPECT_THROW(parse_type(wide + "]"), Error);
}

TEST(Type, Subtypes) {
  const auto sub = [](const char* a, const char* b) {
    return is_subtype(*parse_type(a), *parse_type(b));
  };
  EXPECT_TRUE(sub("int", "int?"));
  EXPECT_TRUE(sub("NoneType", "int?"));
  EXPECT_TRUE(sub("int", "Any"));
  EXPECT_TRUE(sub("float", "number"));
  EXPECT_TRUE(sub("ScalarType", "int"));
  EXPECT_TRUE(sub("Union[int, str]", "Union[str, int, float]"));
  EXPECT_TRUE(sub("Optional[int]", "Union[int, NoneType]"));
  EXPECT_TRUE(sub("Tuple[int, int]", "Tuple[number, int?]"));
  EXPECT_FALSE(sub("List[int]", "List[int?]"));
  EXPECT_FALSE(sub("int?", "int"));
  EXPECT_FALSE(sub("bool", "int"));
  EXPECT_FALSE(sub("Tuple[int]", "Tuple[int, int]"));
}

TEST(Type, NamedTuplesNeedANameForEachElement) {
  const TypePtr point = Type::named_tuple("__torch__.Point", {"x", "y"},
                                          {Type::get(TypeKind::Int), Type::get(TypeKind::Int)});
  EXPECT_EQ(point->str(), "__torch__.Point");
  EXPECT_TRUE(is_subtype(*point, *parse_type("Tuple[int, int]")));
  EXPECT_FALSE(is_subtype(*parse_type("Tuple[int, int]"), *point));
  EXPECT_THROW(Type::named_tuple("P", {"x"}, {}), Error);
}

}  // namespace
}  // namespace tealight

#include "literal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tealight::cli {
namespace {

std::string read(const std::string& text) {
  const std::optional<Value> v = parse_literal(text);
  return v ? v->type()->annotation() + " " + repr(*v) : "nothing";
}
std::string error_of(const std::string& text) {
  try {
    parse_literal(text);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Literal, ReadsJsonAndPython) {
  EXPECT_EQ(read("3"), "int 3");
  EXPECT_EQ(read("-9223372036854775808"), "int -9223372036854775808");
  EXPECT_EQ(read("2.50"), "float 2.5");
  EXPECT_EQ(read("-1e3"), "float -1000.0");
  EXPECT_EQ(read("1-2j"), "complex (1-2j)");
  EXPECT_EQ(read("true"), "bool True");
  EXPECT_EQ(read("False"), "bool False");
  EXPECT_EQ(read("null"), "NoneType None");
  EXPECT_EQ(read("None"), "NoneType None");
  EXPECT_EQ(read(" [1, 2, 3] "), "List[int] [1, 2, 3]");
  EXPECT_EQ(read("[1, 2.5]"), "List[Any] [1, 2.5]");
  EXPECT_EQ(read("(1, 'a')"), "Tuple[int, str] (1, 'a')");
  EXPECT_EQ(read("(1,)"), "Tuple[int] (1,)");
  EXPECT_EQ(read("(1)"), "int 1");
  EXPECT_EQ(read("((1, 2), [(3,), ()])"), "Tuple[Tuple[int, int], List[Any]] ((1, 2), [(3,), ()])");
  EXPECT_EQ(read("{\"a\": 1, 'b': 2,}"), "Dict[str, int] {'a': 1, 'b': 2}");
  EXPECT_EQ(read("{2: [1.5]}"), "Dict[int, List[float]] {2: [1.5]}");
  EXPECT_EQ(read("[]"), "List[Any] []");
}

TEST(Literal, ReadsInfinityAndNan) {
  EXPECT_EQ(parse_literal("-inf")->toDouble(), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(parse_literal("nan")->toDouble()));
}

TEST(Literal, ReadsEscapes) {
  EXPECT_EQ(parse_literal("\"a\\n\\\"b\\\\\"")->toStringRef(), "a\n\"b\\");
  EXPECT_EQ(parse_literal("'\\u00fc\\ud83d\\ude00\\x41'")->toStringRef(), "ü😀A");
}

TEST(Literal, LeavesOtherTextsAlone) {
  EXPECT_EQ(read("hello"), "nothing");
  EXPECT_EQ(read("nanny"), "nothing");
  EXPECT_EQ(read("dog.jpg"), "nothing");
  EXPECT_EQ(read(""), "nothing");
  EXPECT_EQ(read("-"), "nothing");
}

TEST(Literal, SaysWhereItEnds) {
  EXPECT_EQ(error_of("[1, 2"), "'[1, 2': ',' or ']' is expected at character 6");
  EXPECT_EQ(error_of("{\"a\" 1}"), "'{\"a\" 1}': ':' is expected at character 6");
  EXPECT_EQ(error_of("3 apples"), "'3 apples': the end of the literal is expected at character 3");
  EXPECT_EQ(error_of("'abc"), "''abc': the closing ' is expected at character 5");
  EXPECT_EQ(error_of("99999999999999999999"),
            "'99999999999999999999': 99999999999999999999 does not fit into 64 bits");
  EXPECT_EQ(error_of(std::string(1000, '[')), "a literal is nested deeper than 200");
}

}  // namespace
}  // namespace tealight::cli

#include "format/ptl_zip/pickle.h"

#include <gtest/gtest.h>

#include "format/test_files.h"

namespace tealight {
namespace {

using namespace testing::pickle;

// A host that makes its answers visible.
class EchoHost : public PickleHost {
 public:
  Value global(const std::string& name) override { return Value("global " + name); }
  Value reduce(const Value& callee, const Value& args) override {
    return make_tuple_value({"reduce", callee, args});
  }
  Value create(const Value& cls, const Value&) override {
    return Value(make_intrusive<ObjectImpl>(make_intrusive<ClassType>(cls.toStringRef())));
  }
  void build(const Value& object, const Value& state) override {
    object.toObjectRef().slots.push_back(state);
  }
  Value persistent(const Value& id) override { return make_tuple_value({"persistent", id}); }
};

Value load(const std::string& bytes, uint64_t max_memory = 0) {
  EchoHost host;
  ReadOptions options;
  options.max_memory = max_memory;
  MemoryCap memory(options, bytes.size());
  return Unpickler({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, "test.pkl", host,
                   memory)
      .load();
}

std::string error_of(const std::string& bytes, uint64_t max_memory = 0) {
  try {
    load(bytes, max_memory);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Pickle, ReadsConstants) {
  EXPECT_TRUE(load("N.").isNone());
  EXPECT_EQ(load("\x88."), Value(true));
  EXPECT_EQ(load("\x89."), Value(false));
  EXPECT_EQ(load("K\xff."), Value(255));
  EXPECT_EQ(load(std::string("M\x01\xff.")), Value(0xff01));
  EXPECT_EQ(load("J\xfe\xff\xff\xff."), Value(-2));
  EXPECT_EQ(load(std::string("\x8a\x00.", 3)), Value(0));
  EXPECT_EQ(load("\x8a\x01\x80."), Value(-128));
  EXPECT_EQ(load(number(INT64_MIN) + "."), Value(INT64_MIN));
  EXPECT_EQ(load(real(-2.5) + "."), Value(-2.5));
}

TEST(Pickle, ReadsTextOfEveryWidth) {
  for (const std::string& op :
       {std::string("U\x02"), std::string("C\x02"), std::string("\x8c\x02"),
        std::string("X\x02\0\0\0", 5), std::string("T\x02\0\0\0", 5), std::string("B\x02\0\0\0", 5),
        std::string("\x8d\x02\0\0\0\0\0\0\0", 9)}) {
    EXPECT_EQ(load(op + "hi."), Value("hi"));
  }
}

TEST(Pickle, BuildsContainers) {
  EXPECT_EQ(repr(load(").")), "()");
  EXPECT_EQ(repr(load("K\x01K\x02\x86.")), "(1, 2)");
  EXPECT_EQ(repr(load("K\x01K\x02K\x03\x87.")), "(1, 2, 3)");
  EXPECT_EQ(repr(load("K\x01\x85.")), "(1,)");
  EXPECT_EQ(repr(load(tuple({number(1), list({number(2), kNone})}) + ".")), "(1, [2, None])");
  EXPECT_EQ(repr(load("(K\x01K\x02l.")), "[1, 2]");
  EXPECT_EQ(repr(load("]K\x01"
                      "a.")),
            "[1]");
  EXPECT_EQ(repr(load("}K\x01K\x02s.")), "{1: 2}");
  EXPECT_EQ(repr(load("(K\x01K\x02K\x03K\x04"
                      "d.")),
            "{1: 2, 3: 4}");
  EXPECT_EQ(repr(load(dict({text("b"), number(1), text("a"), number(2)}) + ".")),
            "{'b': 1, 'a': 2}");
}

TEST(Pickle, MovesTheStack) {
  EXPECT_EQ(load("K\x01K\x02"
                 "0."),
            Value(1));  // POP
  EXPECT_EQ(load("K\x01(K\x02"
                 "1."),
            Value(1));  // POP_MARK
  EXPECT_EQ(repr(load("K\x01"
                      "2\x86.")),
            "(1, 1)");  // DUP
}

TEST(Pickle, SharesWhatTheMemoGives) {
  const Value short_form = load(std::string("(]q\0h\0t.", 8));
  const auto& items = short_form.toTupleRef().items;
  ASSERT_EQ(items.size(), 2u);
  EXPECT_TRUE(items[0].is(items[1]));
  const Value long_form = load(std::string("(]r\0\0\0\0j\0\0\0\0t.", 14));
  EXPECT_TRUE(long_form.toTupleRef().items[0].is(long_form.toTupleRef().items[1]));
  EXPECT_EQ(repr(load(std::string("]\x94"
                                  "0h\0.",
                                  6))),
            "[]");  // MEMOIZE counts from zero
}

TEST(Pickle, AsksTheHost) {
  EXPECT_EQ(load(global("torch", "device") + "."), Value("global torch.device"));
  EXPECT_EQ(load("\x8c\x01"
                 "a\x8c\x01"
                 "b\x93."),
            Value("global a.b"));
  EXPECT_EQ(repr(load(call("m", "f", {number(1)}) + ".")), "('reduce', 'global m.f', (1,))");
  EXPECT_EQ(repr(load("K\x05Q.")), "('persistent', 5)");
  const Value made = load(object("m", "C", number(7)) + ".");
  EXPECT_EQ(made.toObjectRef().cls->name, "global m.C");
  EXPECT_EQ(made.toObjectRef().slots.at(0), Value(7));
}

TEST(Pickle, ReadsSeveralInARow) {
  const std::string bytes = whole(number(1)) + whole(number(2));
  EchoHost host;
  MemoryCap memory({}, bytes.size());
  Unpickler u({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, "stream", host,
              memory);
  EXPECT_EQ(u.load(), Value(1));
  EXPECT_EQ(u.position(), bytes.size() / 2);
  EXPECT_EQ(u.load(), Value(2));
}

TEST(Pickle, RejectsNonsense) {
  EXPECT_NE(error_of("").find("0 are left"), std::string::npos);
  EXPECT_NE(error_of(".").find("stack is empty"), std::string::npos);
  EXPECT_NE(error_of("t.").find("no mark"), std::string::npos);
  EXPECT_NE(error_of("(K\x01\x86.").find("stack is empty"),
            std::string::npos);  // not past the mark
  EXPECT_NE(error_of("\xff.").find("unknown pickle opcode 255"), std::string::npos);
  EXPECT_NE(error_of("\x80\x09N.").find("protocol 9"), std::string::npos);
  EXPECT_NE(error_of("h\x07.").find("never set"), std::string::npos);
  EXPECT_NE(error_of("Nr\xff\xff\xff\x7f.").find("larger than can be"), std::string::npos);
  EXPECT_NE(error_of("X\xff\xff\xff\x7fhi.").find("are left"), std::string::npos);
  EXPECT_NE(error_of("\x8a\x09"
                     "123456789.")
                .find("an integer of 9 bytes"),
            std::string::npos);
  EXPECT_NE(error_of("K\x01K\x02"
                     "a.")
                .find("added to a Int"),
            std::string::npos);
  EXPECT_NE(error_of("}]K\x01s.").find("unhashable"), std::string::npos);
  EXPECT_NE(error_of("}(K\x01u.").find("without a value"), std::string::npos);
  EXPECT_NE(error_of("cno newline").find("does not end"), std::string::npos);
}

TEST(Pickle, NamesFileAndOffset) {
  EXPECT_NE(error_of(whole(number(1) + "\xff")).find("test.pkl, offset"), std::string::npos);
}

TEST(Pickle, RejectsEveryTruncation) {
  const std::string all = whole(
      tuple({text("a"), list({number(1)}), dict({text("k"), real(1)}), object("m", "C", kNone)}));
  ASSERT_EQ(error_of(all), "");
  for (size_t n = 0; n < all.size(); ++n) EXPECT_NE(error_of(all.substr(0, n)), "") << n;
}

TEST(Pickle, RejectsCycles) {
  EXPECT_NE(error_of(std::string("]q\0h\0a.", 7)).find("holds itself"), std::string::npos);
  EXPECT_NE(error_of(std::string("}q\0K\1h\0s.", 9)).find("holds itself"), std::string::npos);
  EXPECT_NE(error_of(std::string("]q\0(h\0ta.", 9)).find("holds itself"), std::string::npos);
  EXPECT_NE(error_of(std::string("]q\0h\0a\xff", 7)).find("unknown pickle opcode"),
            std::string::npos);  // and leaks nothing
}

TEST(Pickle, RejectsDeepNesting) {
  EXPECT_EQ(error_of(std::string(500, ']') + std::string(499, 'a') + "."), "");
  EXPECT_NE(
      error_of(std::string(100000, ']') + std::string(99999, 'a') + ".").find("nested deeper"),
      std::string::npos);
  EXPECT_NE(error_of("N" + std::string(100000, '\x85') + ".").find("nested deeper"),
            std::string::npos);
  EXPECT_NE(error_of(std::string(1000000, '(') + ".").find("stack is empty"), std::string::npos);
}

TEST(Pickle, RejectsExplodingSharing) {
  std::string doubled = "]";
  for (int i = 0; i < 40; ++i) doubled += "2\x86";  // DUP TUPLE2
  EXPECT_NE(error_of(doubled + ".").find("share others"), std::string::npos);
}

TEST(Pickle, KeepsToItsMemory) {
  EXPECT_NE(error_of(std::string(100000, ']') + ".", 1 << 20).find("max_memory"),
            std::string::npos);
  EXPECT_NE(error_of(std::string(100000, 'N') + ".", 1 << 20).find("max_memory"),
            std::string::npos);
}

}  // namespace
}  // namespace tealight

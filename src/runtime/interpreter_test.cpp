#include "runtime/interpreter.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/log.h"
#include "core/test_errors.h"
#include "ops/custom_class.h"
#include "runtime/assembly.h"

namespace tealight {
namespace {

Value run_text(const Assembly& assembly, const std::string& text, std::vector<Value> args = {}) {
  const Function f = assembly(text);
  RunContext context;
  return run(f, std::move(args), context);
}

Value ints(std::vector<int64_t> v) { return Value(v); }
Tensor row(std::vector<float> v) {
  Tensor t(Fact(kFloat, {int64_t(v.size())}));
  std::copy(v.begin(), v.end(), t.data_ptr<float>());
  return t;
}

using testing::error_of;

TEST(Interpreter, LoadsStoresAndMoves) {
  EXPECT_EQ(run_text({}, "STOREN 1 2\nLOAD 2\nLOAD 1\nDROP\nRET", {1, 2}), Value(2));
  EXPECT_EQ(run_text({}, "STORE 1\nMOVE 1\nLOAD 1\nTUPLE_CONSTRUCT 2\nRET", {5}),
            make_tuple_value({5, Value()}));
  EXPECT_TRUE(run_text({}, "STORE 1\nDROPR 1\nLOAD 1\nRET", {5}).isNone());
  EXPECT_EQ(run_text({.constants = {"a", 7}}, "LOADC 1\nRET"), Value(7));
  EXPECT_TRUE(run_text({}, "RET").isNone());
}

TEST(Interpreter, CallsOperatorsWithTheDefaultsOfTheirSchema) {
  // find(text, part, start=0, end=-1)
  EXPECT_EQ(run_text({}, "STOREN 1 2\nLOAD 1\nLOAD 2\nOP aten::find/2\nRET", {"abc", "c"}),
            Value(2));
}

TEST(Interpreter, PutsDefaultsBeforeOutArguments) {
  const Tensor out = row({0, 0});
  const Value result = run_text({}, "STOREN 1 3\nLOAD 1\nLOAD 2\nLOAD 3\nOP aten::add.out/3\nRET",
                                {row({1, 2}), row({10, 20}), out});
  EXPECT_TRUE(result.toTensor().is_same(out));
  EXPECT_EQ(out.data_ptr<float>()[1], 22);
}

TEST(Interpreter, CallsVarargOperators) {
  EXPECT_EQ(run_text({.constants = {"{}-{}"}},
                     "STOREN 1 2\nLOADC 0\nLOAD 1\nLOAD 2\nOPN aten::format 3\nRET", {1, "b"}),
            Value("1-b"));
}

TEST(Interpreter, UnpacksTuplesIntoWhatTheNextInstructionStores) {
  const std::string two = "STORE 1\nLOAD 1\nOP prim::TupleUnpack\nSTOREN 2 2\nLOAD 3\nRET";
  EXPECT_EQ(run_text({}, two, {make_tuple_value({1, "b"})}), Value("b"));
  EXPECT_THROW(run_text({}, two, {make_tuple_value({1, 2, 3})}), Error);
  EXPECT_THROW(run_text({}, two, {make_tuple_value({1})}), Error);
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nOP prim::TupleUnpack\nRET", {make_tuple_value({7})}),
            Value(7));
}

TEST(Interpreter, Branches) {
  const std::string text = "STORE 1\nLOAD 1\nJF 3\nLOADC 0\nJMP 2\nLOADC 1\nRET";
  EXPECT_EQ(run_text({.constants = {"yes", "no"}}, text, {true}), Value("yes"));
  EXPECT_EQ(run_text({.constants = {"yes", "no"}}, text, {false}), Value("no"));
  EXPECT_THROW(run_text({.constants = {"yes", "no"}}, text, {1}), Error);
}

// sum = 0; for i in range(n): sum += i
constexpr const char* kSum =
    "STORE 1\nLOADC 0\nLOAD 1\nLOADC 1\nLOADC 0\nLOOP 7 3\n"
    "STOREN 2 2\nLOADC 1\nLOAD 3\nLOAD 2\nOP aten::add.int\nJMP -6\nRET";

TEST(Interpreter, Loops) {
  const Assembly assembly{.constants = {0, true}};
  EXPECT_EQ(run_text(assembly, kSum, {5}), Value(10));
  EXPECT_EQ(run_text(assembly, kSum, {0}), Value(0));
  EXPECT_EQ(run_text(assembly, kSum, {1}), Value(0));
  EXPECT_THROW(run_text(assembly, kSum, {"x"}), Error);
}

TEST(Interpreter, CallsFunctionsAndMethods) {
  Function twice =
      Assembly{.name = "__torch__.M.twice"}("STOREN 1 2\nLOAD 2\nLOAD 2\nOP aten::add.int\nRET");
  Function caller = Assembly{}.unlinked("STOREN 1 2\nLOAD 1\nLOAD 2\nCALL 0\nRET");
  caller.code.functions = {&twice};
  link(caller, {});
  verify(caller);
  RunContext context;
  EXPECT_EQ(run(caller, {1, 21}, context), Value(42));

  ModelFile file;
  file.functions.push_back(std::make_unique<Function>(std::move(twice)));
  const MethodTable methods(file);
  context.methods = &methods;
  const Function by_name = Assembly{.constants = {"twice", "thrice"}}(
      "STOREN 1 2\nLOAD 1\nLOAD 2\nINTERFACE_CALL 0 2\nRET");
  const Value object(make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__.M")));
  EXPECT_EQ(run(by_name, {object, 4}, context), Value(8));
  const Function wrong =
      Assembly{.constants = {"thrice"}}("STOREN 1 2\nLOAD 1\nLOAD 2\nINTERFACE_CALL 0 2\nRET");
  EXPECT_THROW(run(wrong, {object, 4}, context), Error);
  EXPECT_THROW(run(by_name, {3, 4}, context), Error);
}

TEST(Interpreter, ReadsAndWritesAttributes) {
  auto cls = make_intrusive<ClassType>("__torch__.M");
  cls->add_attribute("a");
  const Value object(make_intrusive<ObjectImpl>(cls));
  EXPECT_EQ(
      run_text({}, "STOREN 1 2\nLOAD 1\nLOAD 2\nSET_ATTR 0\nLOAD 1\nGET_ATTR 0\nRET", {object, 5}),
      Value(5));
  EXPECT_THROW(run_text({}, "STORE 1\nLOAD 1\nGET_ATTR 3\nRET", {object}), Error);
  EXPECT_THROW(run_text({}, "STORE 1\nLOAD 1\nGET_ATTR 0\nRET", {1}), Error);
}

TEST(Interpreter, LetsSetstateGrowObjects) {
  const Function f = Assembly{}("STOREN 1 2\nLOAD 1\nLOAD 2\nSET_ATTR 1\nRET");
  const Value object(make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__.M")));
  RunContext context;
  context.loading = true;
  run(f, {object, "state"}, context);
  EXPECT_EQ(object.toObjectRef().slots.size(), 2u);
  EXPECT_EQ(object.toObjectRef().cls->attributes, (std::vector<std::string>{"0", "1"}));
}

TEST(Interpreter, BuildsContainers) {
  EXPECT_EQ(run_text({.types = {"List[int]"}},
                     "STOREN 1 2\nLOAD 1\nLOAD 2\nLIST_CONSTRUCT 0 2\nRET", {1, 2}),
            ints({1, 2}));
  const Value dict = run_text({.types = {"Dict[str,int]"}},
                              "STOREN 1 2\nLOAD 1\nLOAD 2\nDICT_CONSTRUCT 0 2\nRET", {"k", 2});
  EXPECT_EQ(dict.toDictRef().size(), 1u);
  EXPECT_EQ(dict.type()->annotation(), "Dict[str, int]");
  Function named =
      Assembly{}.unlinked("STOREN 1 2\nLOAD 1\nLOAD 2\nNAMED_TUPLE_CONSTRUCT 0 2\nRET");
  named.code.types = {Type::named_tuple("__torch__.P", {"x", "y"},
                                        {Type::get(TypeKind::Int), Type::get(TypeKind::Int)})};
  verify(named);
  RunContext context;
  EXPECT_EQ(run(named, {3, 4}, context).toTupleRef().named->field_names[1], "y");
  // As PyTorch 1.6 and 1.7 wrote it.
  EXPECT_EQ(run_text({.types = {"__torch__.P"}},
                     "STOREN 1 2\nLOAD 1\nLOAD 2\nNAMED_TUPLE_CONSTRUCT 0 2\nRET", {3, 4}),
            make_tuple_value({3, 4}));
}

TEST(Interpreter, TakesContainersApart) {
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nLIST_UNPACK 2\nDROP\nRET", {ints({7, 8})}), Value(7));
  EXPECT_THROW(run_text({}, "STORE 1\nLOAD 1\nLIST_UNPACK 2\nDROP\nRET", {ints({7})}), Error);
  const Value tuple = make_tuple_value({1, 2, 3});
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nTUPLE_SLICE 1 2\nRET", {tuple}),
            make_tuple_value({2, 3}));
  EXPECT_THROW(run_text({}, "STORE 1\nLOAD 1\nTUPLE_SLICE 2 2\nRET", {tuple}), Error);
  const std::string index = "STOREN 1 2\nLOAD 1\nLOAD 2\nTUPLE_INDEX\nRET";
  EXPECT_EQ(run_text({}, index, {tuple, -1}), Value(3));
  EXPECT_THROW(run_text({}, index, {tuple, 3}), IndexError);
  auto dict = make_intrusive<DictImpl>();
  dict->insert_or_assign("k", 5);
  const std::string get = "STOREN 1 2\nLOAD 1\nLOAD 2\nDICT_INDEX\nRET";
  EXPECT_EQ(run_text({}, get, {Value(dict), "k"}), Value(5));
  EXPECT_NE(error_of([&] { run_text({}, get, {Value(dict), "q"}); }).find("KeyError: q"),
            std::string::npos);
}

TEST(Interpreter, AsksForKindsAndIdentity) {
  const std::string is = "STOREN 1 2\nLOAD 1\nLOAD 2\n__IS__\nRET",
                    is_not = "STOREN 1 2\nLOAD 1\nLOAD 2\n__ISNOT__\nRET";
  EXPECT_EQ(run_text({}, is, {Value(), Value()}), Value(true));
  EXPECT_EQ(run_text({}, is, {Value(), Value(Tensor())}), Value(true));
  EXPECT_EQ(run_text({}, is_not, {1, Value()}), Value(true));
  const Assembly types{.types = {"int", "List[str]", "Tuple[int, str]"}};
  EXPECT_EQ(run_text(types, "STORE 1\nLOAD 1\nISINSTANCE 0 3\nRET", {5}), Value(true));
  EXPECT_EQ(run_text(types, "STORE 1\nLOAD 1\nISINSTANCE 1 2\nRET", {5}), Value(false));
  EXPECT_EQ(run_text(types, "STORE 1\nLOAD 1\nISINSTANCE 2 1\nRET", {make_tuple_value({1, "x"})}),
            Value(true));
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\n__NOT__\nRET", {true}), Value(false));
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nUNCHECKED_CAST\nRET", {1}), Value(1));
  EXPECT_TRUE(run_text({}, "UN_INITIALIZED\nRET").isUninitialized());
}

TEST(Interpreter, AsksTensors) {
  const Tensor t = row({1, 2, 3});
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nDIM\nRET", {t}), Value(1));
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nDTYPE\nRET", {t}), Value(kFloat));
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nDEVICE\nRET", {t}), Value(Device()));
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nIS_CUDA\nRET", {t}), Value(false));
  EXPECT_EQ(run_text({}, "STORE 1\nLOAD 1\nNUM_TO_TENSOR\nRET", {2.5}).toTensor().scalar_type(),
            kDouble);
  const std::string to_list = "STOREN 1 3\nLOAD 1\nLOAD 2\nLOAD 3\nTO_LIST\nRET";
  EXPECT_EQ(run_text({}, to_list, {t, 1, 1}), Value(std::vector<double>{1, 2, 3}));
  EXPECT_THROW(run_text({}, to_list, {t, 1, 0}), Error);
  EXPECT_THROW(run_text({}, to_list, {t, 2, 1}), Error);
}

TEST(Interpreter, Formats) {
  EXPECT_EQ(run_text({.constants = {"{} of {}"}},
                     "STOREN 1 2\nLOADC 0\nLOAD 1\nLOAD 2\nFORMAT 3\nRET", {1, 2}),
            Value("1 of 2"));
}

std::string warned;

TEST(Interpreter, Warns) {
  const TextHandler before = set_warning_handler([](const std::string& text) { warned = text; });
  run_text({.constants = {"careful", 2}}, "LOADC 0\nLOADC 1\nWARN\nRET");
  set_warning_handler(before);
  EXPECT_EQ(warned, "careful");
}

TEST(Interpreter, RaisesWhatTheModelRaises) {
  for (const char* text :
       {"LOADC 0\nLOADC 1\nRAISE_EXCEPTION", "LOADC 0\nLOADC 1\nOP prim::RaiseException\nRET"}) {
    try {
      run_text({.constants = {"bad shape", "builtins.ValueError"}}, text);
      FAIL();
    } catch (const JITException& e) {
      EXPECT_EQ(e.msg(), "bad shape");
      EXPECT_EQ(e.getPythonClassName(), "builtins.ValueError");
      EXPECT_NE(std::string(e.what()).find("__torch__.M.forward, instruction 2"), std::string::npos)
          << e.what();
    }
  }
}

TEST(Interpreter, NamesThePlaceInTheAuthorsProgram) {
  ModelFile file;
  file.debug[17] = {{"top(B).A0(A)", "forward", "/home/me/net.py", 62, "    return x + y\n"},
                    {"top(B)", "forward", "net.py", 70, ""}};
  Function f = Assembly{}("STOREN 1 2\nLOAD 1\nLOAD 2\nOP aten::add.int\nRET");
  f.code.debug_handles = {-1, -1, -1, 17, -1};
  RunContext context;
  context.model = &file;
  const std::string text = error_of([&] { run(f, {1, "x"}, context); });
  EXPECT_NE(text.find("at top(B).A0(A).forward (net.py:62): return x + y\n"), std::string::npos)
      << text;
  EXPECT_LT(text.find("net.py:62"), text.find("net.py:70")) << text;
  EXPECT_NE(text.find("instruction 3 (OP aten::add.int)"), std::string::npos) << text;
}

TEST(Interpreter, RefusesWrongNumbersOfArguments) {
  EXPECT_THROW(run_text({}, "STORE 1\nRET", {}), Error);
  EXPECT_THROW(run_text({}, "STORE 1\nRET", {1, 2}), Error);
}

TEST(Interpreter, RunsNoFunctionWithMissingOperators) {
  Function f = Assembly{}.unlinked("OP aten::no_such_thing\nRET");
  EXPECT_EQ(link(f, {}), std::vector<std::string>{"aten::no_such_thing"});
  verify(f);
  RunContext context;
  EXPECT_NE(error_of([&] {
              run(f, {}, context);
            }).find("Following ops cannot be found: [aten::no_such_thing]"),
            std::string::npos);
}

// ---- limits

const Function& endless() {
  static const Function f = Assembly{}("JMP 0");
  return f;
}

ErrorKind kind_of_end(const Function& f, std::vector<Value> args, const RunLimits& limits) {
  try {
    RunContext context(limits);
    run(f, std::move(args), context);
  } catch (const Error& e) {
    return e.kind();
  }
  return ErrorKind::internal;
}

TEST(Limits, EndARunThatTakesTooLong) {
  RunLimits limits;
  limits.time = std::chrono::milliseconds(20);
  EXPECT_EQ(kind_of_end(endless(), {}, limits), ErrorKind::cancelled);
  const Function sum = Assembly{.constants = {0, true}}(kSum);
  EXPECT_EQ(kind_of_end(sum, {INT64_MAX}, limits), ErrorKind::cancelled);
}

TEST(Limits, EndACancelledRun) {
  std::atomic<bool> cancel{false};
  RunLimits limits;
  limits.cancel = &cancel;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    cancel = true;
  });
  EXPECT_EQ(kind_of_end(endless(), {}, limits), ErrorKind::cancelled);
  other.join();
}

TEST(Limits, BoundTheMemoryOfTensorsAndLists) {
  RunLimits limits;
  limits.memory_bytes = 1 << 20;
  const Function repeat = Assembly{.types = {"List[int]"}}(
      "STOREN 1 2\nLOAD 1\nLIST_CONSTRUCT 0 1\nLOAD 2\nOP aten::mul.left_t\nRET");
  EXPECT_EQ(kind_of_end(repeat, {1, 1 << 24}, limits), ErrorKind::cancelled);
  // A list that grows for ever.
  const Function grow = Assembly{.constants = {1}, .types = {"List[int]"}}(
      "LIST_CONSTRUCT 0 0\nSTORE 1\nLOAD 1\nLOADC 0\nOP aten::append.t\nDROP\nJMP -4");
  EXPECT_EQ(kind_of_end(grow, {}, limits), ErrorKind::cancelled);
}

TEST(Limits, BoundRecursion) {
  Function f = Assembly{}.unlinked("CALL 0\nRET");
  f.code.functions = {&f};
  verify(f);
  EXPECT_EQ(kind_of_end(f, {}, {}), ErrorKind::cancelled);
}

TEST(Interpreter, RunsOnManyThreadsAtOnce) {
  const Function sum = Assembly{.constants = {0, true}}(kSum);
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int n = 0; n < 200; ++n) {
        RunContext context;
        right += run(sum, {n + t}, context) == Value((n + t) * (n + t - 1) / 2);
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(right, 800);
}

}  // namespace
}  // namespace tealight

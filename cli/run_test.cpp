#include "tealight/data/arrays.h"
#include "tealight/data/encode.h"
#include "testing.h"

namespace tealight::cli {
namespace {

const std::string kValues = kModels + "values.ptl";

TEST(Run, TakesEveryKindOfInput) {
  const std::string folder = scratch_folder();
  write_npy(folder + "x.npy", NpyArray{"f4", {2}, std::vector<std::byte>(8)});
  const Printed p =
      tealight({"run", kValues, folder + "x.npy", "['one', \"two\"]",
                "{\"r\": \"rand:2,2:int64:3\", \"l\": [[1, 2.5]], \"f\": \"" + folder + "x.npy\"}",
                "(2, 3)", "false", "7", "--json"});
  ASSERT_EQ(p.status, 0) << p.err;
  const auto result = p.json()["result"];
  EXPECT_EQ(result["type"], "tuple");
  EXPECT_EQ(result["v"][0]["shape"], nlohmann::json({2}));
  const auto entry = [&](const std::string& key) {
    for (const auto& pair : result["v"][1]["v"])
      if (pair[0]["v"] == key) return pair[1];
    return nlohmann::json();
  };
  EXPECT_EQ(entry("sum")["v"], nlohmann::json({6.0}));  // 0 + 2 * 3.0: the 3 became a float
  EXPECT_EQ(entry("l")["v"], nlohmann::json({2.0, 5.0}));
  EXPECT_EQ(entry("l")["dtype"], "float32");
  EXPECT_EQ(entry("r")["dtype"], "int64");
  EXPECT_EQ(entry("f")["v"], nlohmann::json({0.0, 0.0}));
  EXPECT_EQ(entry("maybe")["v"], nlohmann::json({7.0, 7.0}));
  EXPECT_EQ(result["v"][2]["v"][1]["v"], "two");
}

TEST(Run, RandomInputsAreNumpysOfTheirSeed) {
  const Printed p =
      tealight({"run", kValues, "--method", "joined", "['rand:2::5', 'ones:1']", "--json"});
  ASSERT_EQ(p.status, 2);  // "rand:2::5" has an empty part
  const Printed q =
      tealight({"run", kValues, "--method", "joined", "['rand:2:5', 'ones:1']", "--json"});
  ASSERT_EQ(q.status, 0) << q.err;
  const auto v = q.json()["result"]["v"];
  EXPECT_FLOAT_EQ(v[0].get<float>(), 0.22199317f);  // numpy.random.RandomState(5).random_sample(2)
  EXPECT_FLOAT_EQ(v[1].get<float>(), 0.8707323f);
  EXPECT_EQ(v[2], 1.0);
}

TEST(Run, FitsLiteralsToTheSchema) {
  EXPECT_EQ(tealight({"run", kValues, "--method", "total", "{\"2\": 3, \"-4\": 0.5}"}).out,
            "4.0\n");
  EXPECT_EQ(tealight({"run", kValues, "--method", "greeting", "true"}).out, "'hello true'\n");
  EXPECT_EQ(tealight({"run", kValues, "--method", "greeting", "\"a b\"", "'!'"}).out,
            "'hello a b!'\n");
  EXPECT_EQ(tealight({"run", kValues, "--method", "greeting", "you", "None"}).out, "'hello you'\n");
  EXPECT_EQ(tealight({"run", kValues, "--method", "forever", "-3"}).out, "-3\n");
}

TEST(Run, LiteralsMayBeLongerThanAnyPath) {
  std::string list = "[0";
  for (int i = 0; i < 5000; ++i) list += ", 1";
  const Printed p = tealight({"run", kValues, "--method", "joined", "[" + list + "]]", "--json"});
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_EQ(p.json()["result"]["shape"], nlohmann::json({5001}));
}

TEST(Run, TakesPicturesWithOptions) {
  const std::string folder = scratch_folder();
  Image image = make_image(4, 2, 3);
  for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = uint8_t(i * 10);
  write_png(folder + "p.png", image);
  write_png(folder + "unnamed", image);  // told by its content
  for (const char* name : {"p.png", "unnamed"}) {
    const Printed p = tealight(
        {"run", kModels + "negative.ptl", folder + name, "--mean", "0.5", "--std=0.5", "--json"});
    ASSERT_EQ(p.status, 0) << p.err;
    const auto r = p.json()["result"];
    EXPECT_EQ(r["shape"], nlohmann::json({1, 3, 2, 4}));
    EXPECT_FLOAT_EQ(r["v"][0].get<float>(), 1.f);
    EXPECT_FLOAT_EQ(r["v"][1].get<float>(), -((30 / 255.f) - 0.5f) / 0.5f);
  }
  const Printed last = tealight({"run", kModels + "negative.ptl", folder + "p.png", "--layout",
                                 "nhwc", "--size", "2x2", "--scale", "1", "--json"});
  EXPECT_EQ(last.json()["result"]["shape"], nlohmann::json({1, 2, 2, 3}));
}

TEST(Run, WritesTensorsByTheirPaths) {
  const std::string folder = scratch_folder();
  const Printed p =
      tealight({"run", kValues, "zeros:2", "['x']", "{'k': [1, 2], 'a/b': [3], 'a_b': [4]}",
                "(1, 1.0)", "--out", folder + "made/new"});
  ASSERT_EQ(p.status, 0) << p.err;
  const std::string out = folder + "made/new/";
  EXPECT_EQ(to_tensor(read_npy(out + "0.npy")).numel(), 2);
  EXPECT_EQ(to_tensor(read_npy(out + "1.k.npy")).as<int64_t>()[1], 4);
  EXPECT_EQ(to_tensor(read_npy(out + "1.a_b.npy")).as<int64_t>()[0], 6);
  EXPECT_EQ(to_tensor(read_npy(out + "1.a_b_2.npy")).as<int64_t>()[0], 8);
  const auto j = nlohmann::json::parse(text_of(out + "result.json"));
  EXPECT_EQ(j["type"], "tuple");
  EXPECT_EQ(j["v"][0]["file"], "0.npy");
  EXPECT_EQ(j["v"][2]["v"][0]["v"], "x");

  ASSERT_EQ(tealight({"run", kValues, "--method", "quantized", "[0.5, 3.0]", "--out", folder + "q"})
                .status,
            0);
  const auto q = nlohmann::json::parse(text_of(folder + "q/result.json"));
  EXPECT_EQ(q["type"], "qtensor");
  EXPECT_EQ(q["scale"], 0.5);
  EXPECT_EQ(q["zero_point"], 10);
  EXPECT_EQ(q["file"], "out.npy");
  EXPECT_EQ(to_tensor(read_npy(folder + "q/out.npy")).as<uint8_t>()[1], 16);
}

TEST(Run, PrintsASummary) {
  const Printed p = tealight({"run", kValues, "[1.0, 2.0]", "['x']", "{}", "(1, 1.0)"});
  EXPECT_EQ(p.out,
            "0: tensor float32 [2]  min 1  max 2  mean 1.5\n"
            "tensor([1., 2.])\n"
            "1.sum: tensor float32 []  min 4  max 4  mean 4\n"
            "tensor(4.)\n"
            "2.0: 'x'\n");
  EXPECT_HAS(p.err, "loaded in ");
}

TEST(Run, ShowsTheSchemaWhenInputsAreMissingOrTooMany) {
  const Printed few = tealight({"run", kValues, "--method", "greeting"});
  EXPECT_EQ(few.status, 2);
  EXPECT_HAS(few.err, "greeting() takes at least 1 input, but 0 are given; 'name' is missing");
  EXPECT_HAS(few.err, "greeting(str name, str? ending=None) -> str");
  const Printed many = tealight({"run", kModels + "tiny.ptl", "rand:1", "rand:1"});
  EXPECT_EQ(many.status, 2);
  EXPECT_HAS(many.err, "forward() takes at most 1 input, but 2 are given");
  const Printed bundled = tealight({"run", kModels + "bundled.ptl"});
  EXPECT_HAS(bundled.err, "--bundled for the example that the file holds");
}

TEST(Run, TakesInputsByName) {
  const std::vector<std::string> call{"run", kValues, "--method", "greeting"};
  const auto with = [&](std::vector<std::string> inputs) {
    inputs.insert(inputs.begin(), call.begin(), call.end());
    return tealight(inputs);
  };
  const std::string in_order = with({"you", "!"}).out;
  EXPECT_EQ(with({"ending=!", "name=you"}).out, in_order);
  EXPECT_EQ(with({"ending=!", "you"}).out, in_order);
  EXPECT_EQ(with({"name=a=b"}).out, with({"a=b"}).out);  // a= is no argument's name
  const Printed missing = with({"ending=!"});
  EXPECT_EQ(missing.status, 2);
  EXPECT_HAS(missing.err, "'name' is missing\n  greeting(str name, str? ending=None) -> str");
  EXPECT_HAS(with({"you", "name=me"}).err, "'name' is given twice");
}

TEST(Run, ListsTheMethodsWhenThereIsNone) {
  const Printed p = tealight({"run", kValues, "--method", "absent"});
  EXPECT_EQ(p.status, 2);
  EXPECT_HAS(p.err, "the model has no method 'absent'; it has:");
  EXPECT_HAS(p.err, "\n  joined(Tensor[] xs) -> Tensor\n");
}

TEST(Run, SaysWhatIsWrongWithAnInput) {
  const auto error = [](const std::string& input) {
    const Printed p = tealight({"run", kModels + "tiny.ptl", input});
    EXPECT_NE(p.status, 0);
    return p.err;
  };
  EXPECT_HAS(error("absent.npy"), "absent.npy: cannot be read");
  EXPECT_HAS(error("absent.jpg"), "absent.jpg: cannot be read");
  EXPECT_HAS(error("what"), "'what' is no input that can be read");
  EXPECT_HAS(error("rand:1,x"), "'x' in 'rand:1,x' is no whole number");
  EXPECT_HAS(error("[[1, 2], [3]]"), "not all of one depth and length");
  EXPECT_HAS(error("[1, [2]]"), "not all of one depth and length");
  EXPECT_HAS(error("{'a': 1}"), "Expected a value of type 'Tensor' for argument 'x'");
}

TEST(Run, UsesBundledInputs) {
  EXPECT_EQ(tealight({"run", kModels + "bundled.ptl", "--bundled"}).status, 0);
  EXPECT_EQ(
      tealight({"run", kModels + "bundled.ptl", "--bundled=2", "--json"}).json()["result"]["shape"],
      nlohmann::json({1, 2}));
  EXPECT_EQ(tealight({"run", kModels + "bundled.ptl", "--bundled=3"}).status, 2);
}

TEST(Run, EndsAtTheDeadlineAndTheBudget) {
  const Printed late =
      tealight({"run", kValues, "--method", "forever", "1", "--deadline-ms", "30"});
  EXPECT_EQ(late.status, 1);
  EXPECT_HAS(late.err, "the run took longer than its limit of 30 ms");
  const Printed big =
      tealight({"run", kValues, "--method", "zeros", "10000000", "--memory-mb", "10"});
  EXPECT_EQ(big.status, 1);
  EXPECT_HAS(big.err, "memory budget");
  EXPECT_EQ(tealight({"run", kValues, "--method", "zeros", "1000000", "--memory-mb", "10"}).status,
            0);
}

}  // namespace
}  // namespace tealight::cli

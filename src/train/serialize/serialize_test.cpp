// torch::save, torch::load, archives, pickles.
#include "tealight/serialize.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "core/test_errors.h"
#include "tealight/containers.h"
#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/tempfile.h"

using namespace torch;
using tealight::testing::error_of;

namespace {

nn::Sequential small_net() {
  return nn::Sequential({{"a", nn::Linear(2, 3)},
                         {"act", nn::Functional([](Tensor x) { return x.relu(); })},
                         {"b", nn::Linear(nn::LinearOptions(3, 1).bias(false))}});
}

TEST(Serialize, ModulesComeBack) {
  const auto file = make_tempfile();
  nn::Sequential out = small_net(), in = small_net();
  torch::save(out, file.name);
  const Tensor weight = in->named_parameters()["a.weight"];
  torch::load(in, file.name);
  const Tensor x = tealight::randn({4, 2});
  EXPECT_TRUE(tealight::equal(out->forward(x), in->forward(x)));
  EXPECT_TRUE(tealight::equal(weight, out->named_parameters()["a.weight"]));  // the same handle
  EXPECT_TRUE(weight.requires_grad() && weight.is_leaf());
}

TEST(Serialize, LoadedWeightsDoNotLieInTheFile) {
  const auto file = make_tempfile();
  nn::Linear out(2, 2), in(2, 2);
  torch::save(out, file.name);
  torch::load(in, file.name);
  const Tensor before = in->weight.detach().clone();
  {
    std::ofstream(file.name, std::ios::binary) << "overwritten in place";
  }
  EXPECT_TRUE(tealight::equal(in->weight, before));
}

TEST(Serialize, TensorsByStreamBytesAndFunctions) {
  const Tensor x = tealight::randn({3, 4}).t();
  std::string bytes;
  torch::save(x, [&](const void* p, size_t n) {
    bytes.append(static_cast<const char*>(p), n);
    return n;
  });
  Tensor from_bytes, from_function, from_stream;
  torch::load(from_bytes, bytes.data(), bytes.size());
  torch::load(
      from_function,
      [&](uint64_t at, void* to, size_t n) {
        n = std::min<size_t>({n, bytes.size() - at, 7});
        std::memcpy(to, bytes.data() + at, n);
        return n;
      },
      [&] { return bytes.size(); });
  std::istringstream stream(bytes);
  torch::load(from_stream, stream);
  for (const Tensor& t : {from_bytes, from_function, from_stream}) {
    EXPECT_TRUE(tealight::equal(t, x));
    EXPECT_EQ(t.strides(), x.strides());
  }
}

TEST(Serialize, ListsOfTensors) {
  std::stringstream stream;
  std::vector<Tensor> out{tealight::ones({2}), tealight::zeros({0}), tealight::ones({1}, kLong)},
      in;
  torch::save(out, stream);
  torch::load(in, stream);
  ASSERT_EQ(in.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(tealight::equal(in[i], out[i]));
}

TEST(Serialize, ArchivesHoldValuesAndArchives) {
  serialize::OutputArchive out, inner;
  inner.write("names/0", Value("adam"));
  out.write("step", Value(int64_t(3)));
  out.write("inner", inner);
  std::stringstream stream;
  out.save_to(stream);
  serialize::InputArchive in, nested;
  in.load_from(stream);
  EXPECT_EQ(in.keys(), (std::vector<std::string>{"step", "inner"}));
  Value v;
  in.read("step", v);
  EXPECT_EQ(v.toInt(), 3);
  in.read("inner", nested);
  nested.read("names/0", v);
  EXPECT_EQ(v.toStringRef(), "adam");
  Tensor t;
  EXPECT_FALSE(in.try_read("step", t));
  EXPECT_EQ(error_of([&] { nested.read("x", t); }), "No such serialized tensor 'inner.x'");
  EXPECT_EQ(error_of([&] { nested.read("y", in); }), "No such serialized submodule: 'inner.y'");
}

// Each has a class of its own; merging them must not give two classes one name.
TEST(Serialize, ArchivesOfManyFormsNest) {
  serialize::OutputArchive states;
  for (int64_t i = 0; i < 3; ++i) {
    serialize::OutputArchive one;
    one.write(str("field", i), Value(i));
    states.write(str(i), one);
  }
  serialize::OutputArchive groups, all, outer;
  groups.write("size", Value(7));
  all.write("states", states);
  all.write("groups", groups);
  outer.write("optimizer", all);
  outer.write("epoch", Value(2));
  std::stringstream file;
  outer.save_to(file);

  serialize::InputArchive in, optimizer, inner;
  in.load_from(file);
  in.read("optimizer", optimizer);
  optimizer.read("states", inner);
  for (int64_t i = 0; i < 3; ++i) {
    serialize::InputArchive one;
    Value v;
    inner.read(str(i), one);
    one.read(str("field", i), v);
    EXPECT_EQ(v.toInt(), i);
  }
}

TEST(Serialize, SaysWhichFile) {
  nn::Linear l(1, 1);
  const std::string message = error_of([&] { torch::load(l, "no/such.pt"); });
  EXPECT_NE(message.find("no/such.pt"), std::string::npos) << message;
}

TEST(Pickle, ValuesComeBack) {
  Dict<std::string, Tensor> tensors;
  tensors.insert("w", tealight::arange(6).view({2, 3}));
  const auto bytes = torch::pickle_save(Value(std::make_tuple(int64_t(5), tensors)));
  const Value back = torch::pickle_load(bytes);
  EXPECT_EQ(back.toTupleRef().elements()[0].toInt(), 5);
  const Value w = back.toTupleRef().elements()[1].toGenericDict().at(Value("w"));
  EXPECT_TRUE(tealight::equal(w.toTensor(), tealight::arange(6).view({2, 3})));
}

}  // namespace

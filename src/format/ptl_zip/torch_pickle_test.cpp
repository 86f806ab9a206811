#include "format/ptl_zip/torch_pickle.h"

#include <gtest/gtest.h>

#include <numeric>

#include "format/test_files.h"
#include "ops/custom_class.h"

namespace tealight {
namespace {

using namespace testing::pickle;

// Storages of 0, 1, 2, ...: as many elements as asked for, up to 64.
intrusive_ptr<Storage> counting_storage(const std::string&, ScalarType dtype, int64_t numel) {
  if (numel > 64) corrupt("the test has no such storage");
  auto s = make_intrusive<Storage>(size_t(numel) * element_size(dtype));
  for (int64_t i = 0; i < numel; ++i) {
    if (dtype == kFloat)
      static_cast<float*>(s->data())[i] = float(i);
    else if (dtype == kDouble)
      static_cast<double*>(s->data())[i] = double(i);
    else if (dtype == kLong)
      static_cast<int64_t*>(s->data())[i] = i;
    else if (element_size(dtype) == 1)
      static_cast<uint8_t*>(s->data())[i] = uint8_t(i);
  }
  return s;
}

struct Loader {
  TypeTable types;
  PickleContext context;
  Loader() {
    context.types = &types;
    context.storage = counting_storage;
  }
  Value load(const std::string& value) {
    const std::string bytes = whole(value);
    MemoryCap memory({}, bytes.size());
    TorchPickleHost host(context, memory);
    return Unpickler({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, "test.pkl",
                     host, memory)
        .load();
  }
};
Value load(const std::string& value) { return Loader().load(value); }
std::string error_of(const std::string& value) {
  try {
    load(value);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::corrupt_file) << e.what();
    return e.what();
  }
  return "";
}
#define EXPECT_ERROR(value, part) \
  EXPECT_NE(error_of(value).find(part), std::string::npos) << error_of(value)

std::string size_of(const std::vector<int64_t>& v) { return numbers(v); }

TEST(TorchPickle, BuildsTensors) {
  const Tensor t = load(tensor(storage("FloatStorage", "0", 12), 1, {2, 3}, {1, 2})).toTensor();
  EXPECT_EQ(t.dtype(), kFloat);
  EXPECT_EQ(t.sizes(), (IntArrayRef{2, 3}));
  EXPECT_EQ(t.strides(), (IntArrayRef{1, 2}));
  EXPECT_EQ(t.storage_offset(), 1);
  EXPECT_EQ((t.accessor<float, 2>()[1][2]), 6.f);
}

TEST(TorchPickle, KnowsEveryStorage) {
  for (const auto& [name, dtype] :
       std::vector<std::pair<std::string, ScalarType>>{{"DoubleStorage", kDouble},
                                                       {"HalfStorage", kHalf},
                                                       {"BFloat16Storage", kBFloat16},
                                                       {"LongStorage", kLong},
                                                       {"IntStorage", kInt},
                                                       {"ShortStorage", kShort},
                                                       {"CharStorage", kChar},
                                                       {"ByteStorage", kByte},
                                                       {"BoolStorage", kBool},
                                                       {"ComplexFloatStorage", kComplexFloat},
                                                       {"ComplexDoubleStorage", kComplexDouble},
                                                       {"QInt8Storage", kQInt8},
                                                       {"QUInt8Storage", kQUInt8},
                                                       {"QInt32Storage", kQInt32},
                                                       {"QUInt4x2Storage", kQUInt4x2}}) {
    EXPECT_EQ(load(storage(name, "0", 4)).toTensor().dtype(), dtype) << name;
  }
  EXPECT_EQ(load(tuple({text("storage"), global("torch.cuda", "FloatStorage"), text("0"),
                        text("cuda:0"), number(2)}) +
                 "Q")
                .toTensor()
                .device(),
            Device("cpu"));
  EXPECT_ERROR(storage("NoStorage", "0", 4), "names 'torch.NoStorage'");
  EXPECT_ERROR(storage("FloatStorage", "0", -1), "-1 elements");
}

TEST(TorchPickle, RefusesTensorsThatLeaveTheirStorage) {
  const std::string s = storage("FloatStorage", "0", 12);
  EXPECT_EQ(error_of(tensor(s, 0, {3, 4}, {4, 1})), "");
  EXPECT_ERROR(tensor(s, 1, {3, 4}, {4, 1}), "past the end");
  EXPECT_ERROR(tensor(s, 0, {13}, {1}), "past the end");
  EXPECT_ERROR(tensor(s, 0, {2}, {12}), "past the end");
  EXPECT_ERROR(tensor(s, -1, {2}, {1}), "negative");
  EXPECT_ERROR(tensor(s, INT64_MAX, {2}, {1}), "past the end");
  EXPECT_ERROR(tensor(s, 0, {2}, {-1}), "negative");
  EXPECT_ERROR(tensor(s, 0, {-2}, {1}), "egative");
  EXPECT_ERROR(tensor(s, 0, {int64_t(1) << 62, 8}, {0, 0}), "overflow");
  EXPECT_ERROR(tensor(s, 0, {2, 2}, {INT64_MAX, INT64_MAX}), "overflow");
  EXPECT_ERROR(tensor(s, 0, {2, 2}, {1}), "mismatch");
  EXPECT_ERROR(tensor(s, 0, std::vector<int64_t>(65, 1), std::vector<int64_t>(65, 1)),
               "65 dimensions");
  EXPECT_ERROR(tensor(number(3), 0, {1}, {1}), "Expected Tensor");
}

std::string quantized(const std::string& type, const std::string& quantizer,
                      const std::vector<int64_t>& sizes, const std::vector<int64_t>& strides) {
  return call("torch._utils", "_rebuild_qtensor",
              {storage(type, "0", 12), number(0), size_of(sizes), size_of(strides), quantizer,
               kFalse, kNone});
}

TEST(TorchPickle, BuildsQuantizedTensors) {
  const Tensor whole_tensor =
      load(quantized("QUInt8Storage",
                     tuple({global("torch", "per_tensor_affine"), real(0.5), number(3)}), {3, 4},
                     {4, 1}))
          .toTensor();
  EXPECT_EQ(whole_tensor.q_scale(), 0.5);
  EXPECT_EQ(whole_tensor.q_zero_point(), 3);
  const std::string scales = tensor(storage("DoubleStorage", "0", 8), 1, {3}, {2}),
                    zeros = tensor(storage("LongStorage", "0", 3), 0, {3}, {1});
  const Tensor channels =
      load(quantized("QInt8Storage",
                     tuple({global("torch", "per_channel_affine"), scales, zeros, number(0)}),
                     {3, 4}, {4, 1}))
          .toTensor();
  EXPECT_EQ(channels.quantizer()->scales, (std::vector<double>{1, 3, 5}));
  EXPECT_EQ(channels.quantizer()->zero_points, (std::vector<int64_t>{0, 1, 2}));
  const std::string floats = tensor(storage("FloatStorage", "0", 3), 0, {3}, {1});
  const Tensor rows = load(quantized("QUInt8Storage",
                                     tuple({global("torch", "per_channel_affine_float_qparams"),
                                            floats, floats, number(0)}),
                                     {3, 4}, {4, 1}))
                          .toTensor();
  EXPECT_EQ(rows.quantizer()->float_zero_points, (std::vector<float>{0, 1, 2}));

  EXPECT_ERROR(quantized("QInt8Storage",
                         tuple({global("torch", "per_channel_affine"), scales, zeros, number(1)}),
                         {3, 4}, {4, 1}),
               "for 4 channels");
  EXPECT_ERROR(quantized("QInt8Storage",
                         tuple({global("torch", "per_channel_affine"), scales, zeros, number(7)}),
                         {3, 4}, {4, 1}),
               "out of range");
  EXPECT_ERROR(
      quantized("FloatStorage", tuple({global("torch", "per_tensor_affine"), real(1), number(0)}),
                {3}, {1}),
      "storage of float");
  EXPECT_ERROR(quantized("QInt8Storage", tuple({number(99), real(1), number(0)}), {3}, {1}),
               "unknown quantization scheme");
  const std::string endless = tensor(storage("DoubleStorage", "0", 1), 0, {int64_t(1) << 40}, {0});
  EXPECT_ERROR(
      quantized("QInt8Storage",
                tuple({global("torch", "per_channel_affine"), endless, endless, number(0)}),
                {int64_t(1) << 40}, {0}),
      "a storage of");
}

TEST(TorchPickle, MakesSparseTensorsDense) {
  const std::string indices =
      tensor(storage("LongStorage", "0", 4), 0, {2, 2}, {2, 1});  // (0, 2) and (1, 3)
  const std::string values = tensor(storage("FloatStorage", "0", 3), 1, {2}, {1});  // 1 and 2
  const auto coo = [&](const std::vector<int64_t>& sizes) {
    return call("torch._utils", "_rebuild_sparse_tensor",
                {number(1), size_of(sizes), kFalse, indices, values, kNone});
  };
  const Tensor t = load(coo({2, 4})).toTensor();
  EXPECT_EQ((t.accessor<float, 2>()[0][2]), 1.f);
  EXPECT_EQ((t.accessor<float, 2>()[1][3]), 2.f);
  EXPECT_EQ((t.accessor<float, 2>()[1][2]), 0.f);
  EXPECT_ERROR(coo({2, 3}), "index 3 in a dimension of 3");
  EXPECT_ERROR(coo({2, 3, 4}), "do not fit");
  EXPECT_ERROR(coo({int64_t(1) << 20, int64_t(1) << 20}), "max_memory");
  const std::string python =
      call("torch._utils", "_rebuild_sparse_tensor",
           {global("torch", "sparse_coo"), tuple({indices, values, size_of({2, 4})})});
  EXPECT_EQ((load(python).toTensor().accessor<float, 2>()[1][3]), 2.f);
  const std::string rows = tensor(storage("LongStorage", "0", 3), 0, {3}, {1}),
                    columns = tensor(storage("LongStorage", "0", 2), 0, {2}, {1});
  const std::string csr = call("torch._utils", "_rebuild_sparse_csr_tensor",
                               {number(2), size_of({2, 4}), kFalse, rows, columns, values});
  EXPECT_EQ((load(csr).toTensor().accessor<float, 2>()[0][0]), 1.f);
  EXPECT_EQ((load(csr).toTensor().accessor<float, 2>()[1][1]), 2.f);
}

TEST(TorchPickle, BuildsParametersAndSubclasses) {
  const std::string data = tensor(storage("FloatStorage", "0", 3), 0, {3}, {1});
  EXPECT_TRUE(load(call("torch._utils", "_rebuild_parameter", {data, kTrue, kNone}))
                  .toTensor()
                  .requires_grad());
  const std::string args = tuple(
      {storage("FloatStorage", "0", 3), number(0), size_of({3}), size_of({1}), kFalse, kNone});
  const std::string sub = call("torch._tensor", "_rebuild_from_type_v2",
                               {global("torch._utils", "_rebuild_tensor_v2"),
                                global("torch", "FloatStorage"), args, dict({})});
  EXPECT_EQ(load(sub).toTensor().numel(), 3);
}

TEST(TorchPickle, GivesContainersTheirTypes) {
  EXPECT_TRUE(load(call("torch.jit._pickle", "build_intlist", {list({number(1)})})).isIntList());
  EXPECT_TRUE(
      load(call("torch.jit._pickle", "build_doublelist", {list({real(1)})})).isDoubleList());
  EXPECT_TRUE(load(call("torch.jit._pickle", "build_boollist", {list({kTrue})})).isBoolList());
  EXPECT_TRUE(load(call("torch.jit._pickle", "build_tensorlist", {list({})})).isTensorList());
  const Value tagged = load(call("torch.jit._pickle", "restore_type_tag",
                                 {dict({text("a"), number(1)}), text("Dict[str, int]")}));
  EXPECT_EQ(tagged.type()->annotation(), "Dict[str, int]");
  EXPECT_ERROR(call("torch.jit._pickle", "restore_type_tag", {list({}), text("List[")}),
               "cannot read type");
  EXPECT_ERROR(call("torch.jit._pickle", "build_intlist", {number(1)}), "Expected GenericList");
}

TEST(TorchPickle, KnowsSmallThings) {
  EXPECT_EQ(load(call("builtins", "complex", {real(1), real(2)})).toComplexDouble(),
            std::complex<double>(1, 2));
  EXPECT_EQ(load(call("torch", "device", {text("cuda:1")})).toDevice(), Device("cuda:1"));
  EXPECT_EQ(load(global("torch", "float16")), Value(kHalf));
  EXPECT_EQ(repr(load(call("collections", "OrderedDict", {}) + "(" + text("a") + number(1) + "u")),
            "{'a': 1}");
  const Value e = load(global("__torch__", "Color") + number(2) + "R");
  EXPECT_EQ(e.toEnumRef().class_name, "__torch__.Color");
  EXPECT_EQ(e.toEnumRef().value, Value(2));
}

TEST(TorchPickle, RefusesForeignNames) {
  EXPECT_ERROR(call("os", "system", {text("true")}), "names 'os.system'");
  EXPECT_ERROR(global("builtins", "eval"), "nothing of it was run");
  EXPECT_ERROR(call("torch.serialization", "load", {}), "names 'torch.serialization.load'");
  EXPECT_ERROR(global("torch", "FloatStorage") + ")R", "not a function");
  EXPECT_ERROR(global("torch", "FloatStorage") + ")\x81", "no class of a model");
  EXPECT_ERROR(number(1) + ")R", "expected a class or function");
}

TEST(TorchPickle, BuildsObjects) {
  Loader loader;
  const std::string one =
      object("__torch__", "M", dict({text("b"), number(1), text("a"), number(2)}));
  const std::string other = object("__torch__", "M", dict({text("a"), number(3)}));
  const Value v = loader.load(tuple({one, one, other}));
  const auto& items = v.toTupleRef().items;
  const ObjectImpl& first = items[0].toObjectRef();
  EXPECT_EQ(first.cls->name, "__torch__.M");
  EXPECT_EQ(first.cls->attributes, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(first.attr("a"), Value(2));
  EXPECT_EQ(first.slots.at(0), Value(1));
  EXPECT_EQ(first.cls, items[1].toObjectRef().cls);
  EXPECT_NE(first.cls, items[2].toObjectRef().cls);  // other slots
  EXPECT_EQ(items[2].toObjectRef().attr("a"), Value(3));
  EXPECT_TRUE(first.cls->is_module);
  EXPECT_ERROR(object("__torch__", "M", number(1)), "no __setstate__");
  EXPECT_ERROR(object("__torch__", "M", dict({text("a"), number(1)})) + dict({}) + "b", "twice");
  EXPECT_ERROR(object("__torch__", "M", dict({number(1), number(1)})), "Expected String");
}

TEST(TorchPickle, LeavesSetstateToTheRuntime) {
  Loader loader;
  Function f;
  f.qualified_name = "__torch__.Q.__setstate__";
  std::vector<PendingState> pending;
  loader.context.pending = &pending;
  loader.context.setstate = [&](const std::string& cls) {
    return cls == "__torch__.Q" ? &f : nullptr;
  };
  const Value v = loader.load(
      list({object("__torch__", "Q", tuple({number(1)})), object("__torch__", "M", dict({}))}));
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].setstate, &f);
  EXPECT_EQ(repr(pending[0].state), "(1,)");
  EXPECT_EQ(pending[0].object.get(), &v.toListRef().items[0].toObjectRef());
}

struct Pair : intrusive_ptr_target {
  int64_t sum = 0;
};

TEST(TorchPickle, BuildsCustomClasses) {
  CustomClass cls;
  cls.name = "__torch__.torch.classes.format_test.Pair";
  cls.setstate = [](const Value& state) -> intrusive_ptr<intrusive_ptr_target> {
    auto p = make_intrusive<Pair>();
    for (const Value& v : state.toTupleRef().items) p->sum += v.toInt();
    return p;
  };
  register_custom_class(std::move(cls));
  const Value v =
      load(object("__torch__.torch.classes.format_test", "Pair", tuple({number(2), number(3)})));
  EXPECT_EQ(static_intrusive_pointer_cast<Pair>(
                custom_payload(v, "__torch__.torch.classes.format_test.Pair"))
                ->sum,
            5);
  EXPECT_ERROR(object("__torch__.torch.classes.format_test", "Pair", text("x")),
               "the state of an object of __torch__.torch.classes.format_test.Pair");
}

TEST(TorchPickle, NamesMissingCustomClasses) {
  const std::string missing = object("__torch__.torch.classes.acme", "Thing", tuple({number(2)}));
  try {
    load(missing);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::unsupported);
    EXPECT_NE(std::string(e.what()).find("acme.Thing"), std::string::npos);
  }
  Loader loader;
  std::vector<std::string> names;
  loader.context.missing_classes = &names;
  EXPECT_EQ(repr(loader.load(missing).toObjectRef().attr("__state__")), "(2,)");
  EXPECT_EQ(names, std::vector<std::string>{"__torch__.torch.classes.acme.Thing"});
}

TEST(TorchPickle, KeepsPythonObjectsOfCheckpoints) {
  Loader loader;
  loader.context.any_class = true;
  const Value v = loader.load(
      object("torch.nn.modules.linear", "Linear", dict({text("in_features"), number(3)})));
  EXPECT_EQ(v.toObjectRef().cls->name, "torch.nn.modules.linear.Linear");
  EXPECT_EQ(v.toObjectRef().attr("in_features"), Value(3));
}

}  // namespace
}  // namespace tealight

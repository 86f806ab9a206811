#include "format/ptl_zip/pickler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "format/ptl_zip/torch_pickle.h"
#include "format/ptl_zip/zip.h"
#include "tealight/factories.h"

namespace tealight {
namespace {

// What a pickle of `v` gives, and the storages that it shares.
struct RoundTrip {
  TypeTable types;
  StorageTable table;
  std::map<std::string, intrusive_ptr<Storage>> storages;
  PicklerContext context;
  std::string bytes;
  size_t records = 0;

  RoundTrip() { context.storages = &table; }
  Value operator()(const Value& v) {
    bytes = Pickler::dump(v, context);
    std::string archive;
    StringSink sink(archive);
    ZipWriter zip(sink);
    table.write(zip, "data/");
    zip.finish();
    const ZipFile file(ByteSource::bytes({archive.begin(), archive.end()}));
    records = file.records().size();
    PickleContext in;
    in.types = &types;
    in.storage = [&](const std::string& key, ScalarType, int64_t) {
      auto& s = storages[key];
      if (!s) s = storage_of(file.read(file.get("data/" + key)));
      return s;
    };
    MemoryCap memory({}, bytes.size());
    TorchPickleHost host(in, memory);
    return Unpickler({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, "test.pkl",
                     host, memory)
        .load();
  }
};
Value round_trip(const Value& v) { return RoundTrip()(v); }

TEST(Pickler, KeepsConstants) {
  for (int64_t n : {int64_t(0), int64_t(255), int64_t(256), int64_t(65535), int64_t(65536),
                    int64_t(-1), int64_t(INT32_MIN), int64_t(INT32_MAX) + 1, INT64_MIN, INT64_MAX})
    EXPECT_EQ(round_trip(n).toInt(), n);
  for (double d : {0.0, -2.5, 1e300, double(INFINITY)}) EXPECT_EQ(round_trip(d).toDouble(), d);
  EXPECT_TRUE(std::isnan(round_trip(double(NAN)).toDouble()));
  EXPECT_EQ(round_trip("h\xc3\xa9\n").toStringRef(), "h\xc3\xa9\n");
  EXPECT_EQ(round_trip(std::complex<double>(1, -2)).toComplexDouble(), std::complex<double>(1, -2));
  EXPECT_EQ(round_trip(Device("cpu")).toDevice(), Device("cpu"));
  EXPECT_TRUE(round_trip(true).toBool());
  EXPECT_TRUE(round_trip(Value()).isNone());
}

TEST(Pickler, KeepsTheTypesOfContainers) {
  EXPECT_EQ(round_trip(std::vector<int64_t>{}).type()->annotation(), "List[int]");
  EXPECT_EQ(round_trip(std::vector<double>{1}).type()->annotation(), "List[float]");
  EXPECT_EQ(round_trip(std::vector<bool>{true}).type()->annotation(), "List[bool]");
  EXPECT_EQ(round_trip(std::vector<Tensor>{}).type()->annotation(), "List[Tensor]");
  EXPECT_EQ(round_trip(make_list(parse_type("Optional[Tensor]"))).type()->annotation(),
            "List[Optional[Tensor]]");
  auto dict = make_intrusive<DictImpl>(parse_type("str"), parse_type("List[int]"));
  dict->insert_or_assign("b", std::vector<int64_t>{1});
  dict->insert_or_assign("a", std::vector<int64_t>{});
  const Value back = round_trip(Value(dict));
  EXPECT_EQ(back.type()->annotation(), "Dict[str, List[int]]");
  EXPECT_EQ(repr(back), "{'b': [1], 'a': []}");
  EXPECT_EQ(repr(round_trip(make_tuple_value({1, "x", Value(), make_tuple_value({})}))),
            "(1, 'x', None, ())");
}

TEST(Pickler, KeepsWhatIsShared) {
  const Value list = make_list(parse_type("int"), {1, 2});
  const Value back =
      round_trip(make_tuple_value({list, list, make_list(parse_type("int"), {1, 2})}));
  const auto& items = back.toTupleRef().items;
  EXPECT_TRUE(items[0].is(items[1]));
  EXPECT_FALSE(items[0].is(items[2]));
}

TEST(Pickler, SharesStoragesAndKeepsViews) {
  const Tensor all = arange(12).reshape({3, 4});
  const Tensor view = all.t().select(0, 1);
  RoundTrip trip;
  const Value back = trip(make_tuple_value({all, view, all}));
  const auto& items = back.toTupleRef().items;
  EXPECT_EQ(trip.records, 1u);
  EXPECT_TRUE(items[0].is(items[2]));
  EXPECT_EQ(items[0].toTensor().storage(), items[1].toTensor().storage());
  EXPECT_EQ(items[1].toTensor().strides(), (IntArrayRef{4}));
  EXPECT_EQ(items[1].toTensor().storage_offset(), 1);
  EXPECT_TRUE(items[1].toTensor().equal(view));
}

TEST(Pickler, KeepsWhatTensorsAre) {
  EXPECT_TRUE(round_trip(ones({2}).requires_grad_()).toTensor().requires_grad());
  EXPECT_EQ(round_trip(empty({0, 3})).toTensor().sizes(), (IntArrayRef{0, 3}));
  EXPECT_EQ(round_trip(ones({}, kBFloat16)).toTensor().dtype(), kBFloat16);
  EXPECT_TRUE(round_trip(Tensor()).isNone());
}

TEST(Pickler, KeepsQuantizers) {
  auto storage = make_intrusive<Storage>(6);
  std::memset(storage->data(), 7, 6);
  Fact fact(kQInt8, {2, 3});
  fact.quantizer = make_quantizer(0.25, 3);
  const Tensor one = round_trip(Tensor(storage, fact, 0)).toTensor();
  EXPECT_EQ(one.quantizer()->scale, 0.25);
  EXPECT_EQ(one.quantizer()->zero_point, 3);
  fact.quantizer = make_quantizer({0.5, 0.125}, {0, -4}, 0);
  const Tensor two = round_trip(Tensor(storage, fact, 0)).toTensor();
  EXPECT_EQ(two.quantizer()->scales, (std::vector<double>{0.5, 0.125}));
  EXPECT_EQ(two.quantizer()->zero_points, (std::vector<int64_t>{0, -4}));
  auto floating = make_intrusive<Quantizer>(*two.quantizer());
  floating->scheme = QScheme::per_channel_affine_float_qparams;
  floating->zero_points.clear();
  floating->float_zero_points = {0.5f, 1.5f};
  fact.dtype = kQUInt8;
  fact.quantizer = floating;
  const Tensor three = round_trip(Tensor(storage, fact, 0)).toTensor();
  EXPECT_EQ(three.quantizer()->float_zero_points, (std::vector<float>{0.5f, 1.5f}));
}

intrusive_ptr<ObjectImpl> object(const std::string& name, const std::vector<std::string>& names,
                                 std::vector<Value> values) {
  auto cls = make_intrusive<ClassType>(name);
  for (const std::string& n : names) cls->add_attribute(n);
  auto o = make_intrusive<ObjectImpl>(cls);
  o->slots = std::move(values);
  return o;
}

TEST(Pickler, KeepsObjectsWithTheirIdentity) {
  const Value inner(object("__torch__.a.Inner", {"w"}, {ones({2})}));
  const Value outer(
      object("__torch__.Outer", {"x", "y", "e"},
             {inner, inner, Value(make_intrusive<EnumImpl>("__torch__.Color", "RED", Value(4)))}));
  const Value back = round_trip(outer);
  EXPECT_EQ(back.toObjectRef().cls->name, "__torch__.Outer");
  EXPECT_TRUE(back.toObjectRef().attr("x").is(back.toObjectRef().attr("y")));
  EXPECT_EQ(back.toObjectRef().attr("x").toObjectRef().cls->name, "__torch__.a.Inner");
  EXPECT_EQ(back.toObjectRef().attr("e").toEnumRef().value.toInt(), 4);
}

TEST(Pickler, AsksForStateAndName) {
  RoundTrip trip;
  trip.context.state = [](const intrusive_ptr<ObjectImpl>& o) -> std::optional<Value> {
    if (o->cls->name != "__torch__.B") return std::nullopt;
    auto dict = make_intrusive<DictImpl>(parse_type("str"), parse_type("int"));
    dict->insert_or_assign("given", 1);
    return Value(dict);
  };
  trip.context.class_name = [](const std::string& name) { return name + "_1"; };
  const Value back =
      trip(Value(object("__torch__.A", {"b"}, {Value(object("__torch__.B", {}, {}))})));
  EXPECT_EQ(back.toObjectRef().cls->name, "__torch__.A_1");
  EXPECT_EQ(back.toObjectRef().attr("b").toObjectRef().attr("given").toInt(), 1);
}

std::string error_of(const Value& v) {
  try {
    Pickler::dump(v, {});
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Pickler, NamesWhatCannotBeWritten) {
  const Value bad(object("__torch__.M", {"task"}, {Value::uninitialized()}));
  EXPECT_NE(error_of(bad).find("at attribute task"), std::string::npos) << error_of(bad);
  EXPECT_NE(error_of(ones({1})).find("no tensors"), std::string::npos);
  const Value list = make_list(parse_type("Any"));
  list.toListRef().items.push_back(list);
  EXPECT_NE(error_of(list).find("holds itself"), std::string::npos);
  list.toListRef().items.clear();
}

}  // namespace
}  // namespace tealight

#include "format/checkpoint/state_dict.h"

#include <gtest/gtest.h>

#include "format/ptl_zip/pickler.h"
#include "tealight/factories.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

ByteSource source_of(const std::string& s) { return ByteSource::bytes({s.begin(), s.end()}); }

std::string written(const StateDict& tensors) {
  std::string bytes;
  StringSink sink(bytes);
  write_state_dict(tensors, sink, "weights");
  return bytes;
}

TEST(StateDictFile, ComesBackAsItWas) {
  const Tensor all = arange(12).reshape({3, 4});
  const StateDict saved = {
      {"b.weight", all}, {"a.bias", all.select(1, 2)}, {"a.n", ones({}, kLong)}};
  const StateDict read = read_state_dict(source_of(written(saved)));
  ASSERT_EQ(read.size(), 3u);
  for (size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].first, saved[i].first);
    EXPECT_EQ(read[i].second.strides(), saved[i].second.strides());
    EXPECT_TRUE(read[i].second.equal(saved[i].second));
  }
  EXPECT_EQ(read[0].second.storage(), read[1].second.storage());
}

// torch.save before 1.6, of {"w": [0, 1, 2]}.
std::string legacy(int64_t elements, bool little_endian = true) {
  std::string out("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  auto facts = make_intrusive<DictImpl>(parse_type("str"), parse_type("bool"));
  facts->insert_or_assign("little_endian", little_endian);
  auto object = make_intrusive<DictImpl>(parse_type("str"), parse_type("Tensor"));
  object->insert_or_assign("w", arange(3).to(kFloat));
  StorageTable storages;
  PicklerContext context;
  context.storages = &storages;
  out += Pickler::dump(1001, {}) + Pickler::dump(Value(facts), {});
  out += Pickler::dump(Value(object), context) + Pickler::dump(std::vector<std::string>{"0"}, {});
  out.append(reinterpret_cast<const char*>(&elements), sizeof elements);
  const float numbers[] = {0, 1, 2};
  return out.append(reinterpret_cast<const char*>(numbers), sizeof numbers);
}

TEST(StateDictFile, ReadsTheStreamOfOldVersions) {
  const StateDict read = read_state_dict(source_of(legacy(3)));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].first, "w");
  EXPECT_TRUE(read[0].second.equal(arange(3).to(kFloat)));
}

std::string error_of(const std::string& bytes) {
  try {
    read_state_dict(source_of(bytes));
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(StateDictFile, SaysWhatIsWrong) {
  EXPECT_NE(error_of(legacy(4)).find("has 4 elements, not 3"), std::string::npos);
  EXPECT_NE(error_of(legacy(3, false)).find("big-endian"), std::string::npos);
  EXPECT_NE(error_of("hello").find("not a checkpoint"), std::string::npos);
  EXPECT_NE(error_of(written({})).find("no tensors"), std::string::npos);
  const std::string whole = legacy(3);
  for (size_t n = 16; n < whole.size(); ++n) EXPECT_NE(error_of(whole.substr(0, n)), "") << n;
}

intrusive_ptr<ObjectImpl> object(const std::string& name, const std::vector<std::string>& names,
                                 std::vector<Value> values) {
  auto cls = make_intrusive<ClassType>(name);
  for (const std::string& n : names) cls->add_attribute(n);
  auto o = make_intrusive<ObjectImpl>(cls);
  o->slots = std::move(values);
  return o;
}

TEST(StateDictFile, FollowsSubmodules) {
  const auto inner = object("__torch__.I", {"w", "n"}, {ones({2}), 3});
  const StateDict names =
      state_dict_of(*object("__torch__.M", {"sub", "b"}, {Value(inner), ones({1})}));
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].first, "b");
  EXPECT_EQ(names[1].first, "sub.w");
}

}  // namespace
}  // namespace tealight

// Small TorchScript archives, made here: loaded and run.
#include <gtest/gtest.h>

#include "format/load.h"
#include "format/test_files.h"
#include "runtime/module_state.h"
#include "script/unit.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

using testing::ZipBuilder;
using namespace testing::pickle;

const std::string kNet = R"(class Inner(Module):
  __parameters__ = ["w", ]
  __buffers__ = []
  w : Tensor
  training : bool
  def forward(self: __torch__.Inner,
    x: Tensor) -> Tensor:
    return torch.mul(x, self.w)
class Net(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  inner : __torch__.Inner
  labels : Dict[str, List[int]]
  scale : Final[int] = 3
  def forward(self: __torch__.Net,
    x: Tensor,
    n: int=1) -> Tensor:
    y = (self.inner).forward(x, )
    return torch.add(torch.mul(y, n), CONSTANTS.c0, alpha=self.scale)
  def count(self: __torch__.Net) -> int:
    return torch.len((self.labels)["a"])
)";

std::string archive(const std::string& code, const std::string& version = "3\n") {
  const float data[] = {1, 2, 10};
  const auto one = [&](int64_t offset, int64_t n) {
    return tensor(storage("FloatStorage", "0", 3), offset, {n}, {1});
  };
  const std::string inner =
      object("__torch__", "Inner", dict({text("w"), one(0, 2), text("training"), kFalse}));
  const std::string root =
      object("__torch__", "Net",
             dict({text("training"), kFalse, text("inner"), inner, text("labels"),
                   dict({text("a"), list({number(4), number(5)})})}));
  const std::string bytes(reinterpret_cast<const char*>(data), sizeof data);
  return ZipBuilder()
      .add("net/data/0", bytes)
      .add("net/constants/0", bytes)
      .add("net/data.pkl", whole(root))
      .add("net/code/__torch__.py", code)
      .add("net/constants.pkl", whole(tuple({one(2, 1)})))
      .add("net/version", version)
      .finish();
}

Module load(const std::string& bytes) { return load_module(testing::source_of(bytes), {}); }

std::string refusal(const std::string& code) {
  try {
    load(archive(code));
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

TEST(TorchScriptArchive, LoadsAndRuns) {
  Module m = load(archive(kNet));
  const Tensor x = full({2}, 5.f);
  EXPECT_EQ(repr(m.forward({Value(x)})), "tensor([35., 40.])");
  EXPECT_EQ(repr(m.forward({Value(x), Value(2)})), "tensor([40., 50.])");
  EXPECT_EQ(m.get_method("count")({}).toInt(), 2);
  EXPECT_EQ(m.attr("labels").type()->annotation(), "Dict[str, List[int]]");
}

TEST(TorchScriptArchive, SaysWhereTheProgramIsWrong) {
  std::string broken = kNet;
  broken.replace(broken.find("self.w)"), 7, "self.v)");
  const std::string message = refusal(broken);
  EXPECT_NE(message.find("has no attribute 'v'"), std::string::npos) << message;
  EXPECT_NE(message.find("code/__torch__.py:8:24"), std::string::npos) << message;
}

TEST(TorchScriptArchive, AttributesThatTheClassDoesNotDeclareAreAnError) {
  std::string broken = kNet;
  broken.replace(broken.find("  labels : "), 11, "  label : ");
  EXPECT_NE(refusal(broken).find("'labels'"), std::string::npos);
}

TEST(TorchScriptArchive, DivisionMeansWhatTheWriterKnew) {
  const std::string code = R"(class Inner(Module):
  w : Tensor
  training : bool
class Net(Module):
  training : bool
  inner : __torch__.Inner
  labels : Dict[str, List[int]]
  def forward(self: __torch__.Net, x: Tensor) -> Tensor:
    return torch.div(x, 2)
)";
  const Value seven(full({1}, 7, kLong));
  EXPECT_EQ(repr(load(archive(code, "3\n")).forward({seven})), "tensor([3])");
  EXPECT_EQ(repr(load(archive(code, "4\n")).forward({seven})), "tensor([3.5000])");
}

TEST(TorchScriptArchive, KeepsTheProgramOfAllMethodsWhenAsked) {
  ReadOptions options;
  options.keep_program = true;
  const ModelFile file = read_model(testing::source_of(archive(kNet)), options);
  ASSERT_TRUE(file.program);
  for (const auto& f : file.functions) {
    const size_t dot = f->qualified_name.rfind('.');
    const script::ScriptFunction* kept =
        file.program->find_method(*Type::named(TypeKind::Class, f->qualified_name.substr(0, dot)),
                                  f->qualified_name.substr(dot + 1));
    ASSERT_TRUE(kept && kept->graph) << f->qualified_name;
  }
  EXPECT_EQ(file.functions.size(), 3u);  // of Inner too
  EXPECT_FALSE(file.program->find_class("__torch__.Absent"));  // the archive is closed
  EXPECT_FALSE(read_model(testing::source_of(archive(kNet))).program);
}

// PyTorch 1.0 to 1.2
TEST(TorchScriptArchive, ModulesWithoutClassesLoad) {
  const std::string model =
      R"({"protoVersion":"2","mainModule":{"name":"net","parameters":[{"tensorId":"0","name":"w"}],)"
      R"("torchscriptArena":{"key":"code/net.py"}},"tensors":[{"dims":["2"],"offset":"1",)"
      R"("strides":["1"],"dataType":"FLOAT","data":{"key":"tensors/0"},"device":"cpu"}]})";
  const float data[] = {1, 2, 10};
  const std::string bytes =
      ZipBuilder()
          .add("net/version", "1\n")
          .add("net/code/net.py",
               "op_version_set = 0\ndef forward(self,\n    x: Tensor) -> Tensor:\n"
               "  return torch.add(x, self.w, alpha=1)\n")
          .add("net/tensors/0", std::string(reinterpret_cast<const char*>(data), sizeof data))
          .add("net/model.json", model)
          .finish();
  EXPECT_EQ(repr(load(bytes).forward({Value(full({2}, 1.f))})), "tensor([ 3., 11.])");
}

}  // namespace
}  // namespace tealight

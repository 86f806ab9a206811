// Attributes that become constants, and those that must not.
#include "graph/passes/freeze.h"

#include "core/test_errors.h"
#include "graph/passes/testing.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

intrusive_ptr<ObjectImpl> object(const std::string& name,
                                 std::vector<std::pair<std::string, Value>> attributes) {
  auto cls = make_intrusive<ClassType>("__torch__." + name);
  cls->is_module = true;
  auto o = make_intrusive<ObjectImpl>(cls);
  for (auto& [attribute, value] : attributes) o->set_attr(attribute, std::move(value));
  return o;
}

// A model of an encoder with a weight and a scale.
struct Model {
  Tensor weight = ones({2, 2}), scale = ones({2});
  intrusive_ptr<ObjectImpl> encoder = object("Encoder", {{"weight", weight}, {"training", false}});
  intrusive_ptr<ObjectImpl> root = object("M", {{"encoder", encoder},
                                                {"scale", scale},
                                                {"training", false},
                                                {"steps", 3},
                                                {"none", Value()},
                                                {"sizes", std::vector<int64_t>{1, 2}}});
  PassContext context() const {
    PassContext c;
    c.self = Value(root);
    return c;
  }
};

TEST(Freeze, MakesConstantsOfWhatIsOnlyRead) {
  const Model model;
  const auto method = parse_graph(R"(graph(%self : __torch__.Encoder, %x : Tensor):
    %w : Tensor = prim::GetAttr[name="weight"](%self)
    %y : Tensor = aten::matmul(%x, %w)
    return (%y))");
  PassContext context = model.context();
  context.method = [&](const Type& cls, const std::string& name) {
    return cls.name == "__torch__.Encoder" && name == "forward" ? method.get() : nullptr;
  };
  expect_pass("freeze", R"(graph(%self : __torch__.M, %x : Tensor):
    %e : __torch__.Encoder = prim::GetAttr[name="encoder"](%self)
    %s : Tensor = prim::GetAttr[name="scale"](%self)
    %y : Tensor = prim::CallMethod[name="forward"](%e, %x)
    %t : bool = prim::GetAttr[name="training"](%self)
    %o : Tensor? = prim::GetAttr[name="none"](%self)
    %none : NoneType = prim::Constant()
    %is : bool = aten::__is__(%o, %none)
    %z : Tensor = prim::If(%t)
      block0():
        %n : int = prim::GetAttr[name="steps"](%self)
        %one : int = prim::Constant[value=1]()
        %m : int = aten::add(%n, %one)
         = prim::SetAttr[name="steps"](%self, %m)
        -> (%x)
      block1():
        %p : Tensor = aten::mul(%y, %s)
        -> (%p)
    %steps : int = prim::GetAttr[name="steps"](%self)
    %l : int[] = prim::GetAttr[name="sizes"](%self)
    return (%z, %is, %steps, %l))",
              R"(graph(%self : __torch__.M, %x : Tensor):
    %self.steps : int = prim::Constant[value=3]()
    %self.scale : Tensor = prim::Constant[value= 1  1 [ CPUFloatType{2} ]]()
    %self.encoder.weight : Tensor = prim::Constant[value= 1  1  1  1 [ CPUFloatType{2,2} ]]()
    %self.sizes : int[] = prim::Constant[value=[1, 2]]()
    %y.1 : Tensor = aten::matmul(%x, %self.encoder.weight), scope: encoder
    %is : bool = prim::Constant[value=1]()
    %p : Tensor = aten::mul(%y.1, %self.scale)
    return (%p, %is, %self.steps, %self.sizes))",
              context);
}

void expect_kept(const Model& model, const std::string& text) {
  expect_unchanged("freeze", text, model.context());
}

TEST(Freeze, KeepsWhatIsWritten) {
  const Model model;
  expect_kept(model, R"(graph(%self : __torch__.M, %n : int):
    %m : int = prim::GetAttr[name="steps"](%self)
    %k : int = aten::add(%m, %n)
     = prim::SetAttr[name="steps"](%self, %k)
    return (%m))");
  expect_kept(model, R"(graph(%self : __torch__.M, %x : Tensor):
    %s : Tensor = prim::GetAttr[name="scale"](%self)
    %zero : int = prim::Constant[value=0]()
    %v : Tensor = aten::select(%s, %zero, %zero)
    %w : Tensor = aten::relu_(%v)
    return (%s))");
  expect_kept(model, R"(graph(%self : __torch__.M, %n : int):
    %l : int[] = prim::GetAttr[name="sizes"](%self)
    %k : int[] = aten::append(%l, %n)
    return (%l))");
}

TEST(Freeze, KeepsWhatSharesMemoryWithWhatIsWritten) {
  Model model;
  model.root->set_attr("scale", model.weight.select(0, 0));
  expect_kept(model, R"(graph(%self : __torch__.M, %x : Tensor):
    %e : __torch__.Encoder = prim::GetAttr[name="encoder"](%self)
    %w : Tensor = prim::GetAttr[name="weight"](%e)
    %s : Tensor = prim::GetAttr[name="scale"](%self)
    %y : Tensor = aten::relu_(%s)
    return (%w))");
}

TEST(Freeze, TellsArgumentsFromAttributes) {
  const Model model;
  expect_pass("freeze", R"(graph(%self : __torch__.M, %x : Tensor):
    %s : Tensor = prim::GetAttr[name="scale"](%self)
    %y : Tensor = aten::relu_(%x)
    %z : Tensor = aten::mul(%y, %s)
    return (%z))",
              R"(graph(%self : __torch__.M, %x : Tensor):
    %self.scale : Tensor = prim::Constant[value= 1  1 [ CPUFloatType{2} ]]()
    %y : Tensor = aten::relu_(%x)
    %z : Tensor = aten::mul(%y, %self.scale)
    return (%z))",
              model.context());
}

TEST(Freeze, KeepsWhatIsPreserved) {
  const Model model;
  PassContext context = model.context();
  context.preserved = {"encoder", "steps"};
  expect_unchanged("freeze", R"(graph(%self : __torch__.M):
    %n : int = prim::GetAttr[name="steps"](%self)
    %e : __torch__.Encoder = prim::GetAttr[name="encoder"](%self)
    %w : Tensor = prim::GetAttr[name="weight"](%e)
    return (%n, %w))",
                   context);
}

TEST(Freeze, KeepsObjectsThatUnknownCodeGets) {
  const Model model;
  expect_kept(model, R"(graph(%self : __torch__.M, %x : Tensor):
    %e : __torch__.Encoder = prim::GetAttr[name="encoder"](%self)
    %w : Tensor = prim::GetAttr[name="weight"](%e)
    %y : Tensor = prim::CallMethod[name="unknown"](%e, %x)
    return (%y, %w))");
}

TEST(Freeze, SeesWritesOfTheOtherMethods) {
  const Model model;
  const auto reads = parse_graph(R"(graph(%self : __torch__.M):
    %n : int = prim::GetAttr[name="steps"](%self)
    %s : Tensor = prim::GetAttr[name="scale"](%self)
    return (%n, %s))");
  const auto writes = parse_graph(R"(graph(%self : __torch__.M, %n : int):
     = prim::SetAttr[name="steps"](%self, %n)
    return (%n))");
  Graph* const both[] = {reads.get(), writes.get()};
  EXPECT_TRUE(freeze_together(both, model.context()));
  EXPECT_EQ(reads->str(), parse_graph(R"(graph(%self : __torch__.M):
    %self.scale : Tensor = prim::Constant[value= 1  1 [ CPUFloatType{2} ]]()
    %n : int = prim::GetAttr[name="steps"](%self)
    return (%n, %self.scale))")
                              ->str());
}

TEST(Freeze, FindsTheClassBehindAnInterface) {
  const Model model;
  const auto method = parse_graph(R"(graph(%self : __torch__.Encoder):
    %w : Tensor = prim::GetAttr[name="weight"](%self)
    return (%w))");
  PassContext context = model.context();
  context.method = [&](const Type& cls, const std::string&) {
    return cls.name == "__torch__.Encoder" ? method.get() : nullptr;
  };
  const auto g = parse_graph(R"(graph(%self : __torch__.M):
    %e : __torch__.Able = prim::GetAttr[name="encoder"](%self)
    %y : Tensor = prim::CallMethod[name="forward"](%e)
    return (%y))");
  g->find("e")->set_type(Type::named(TypeKind::Interface, "__torch__.Able"));
  EXPECT_TRUE(freeze(*g, context));
  EXPECT_EQ(g->body().nodes().size(), 1u) << g->str();
}

TEST(Freeze, DetachesParameters) {
  Model model;
  model.root->set_attr("scale", model.scale.requires_grad_());
  const auto g = parse_graph(R"(graph(%self : __torch__.M):
    %s : Tensor = prim::GetAttr[name="scale"](%self)
    return (%s))");
  EXPECT_TRUE(freeze(*g, model.context()));
  const Tensor& t = constant_value(g->outputs()[0])->toTensor();
  EXPECT_FALSE(t.requires_grad());
  EXPECT_TRUE(t.is_alias_of(model.scale));
}

TEST(Freeze, DetachesParametersInContainers) {
  Model model;
  const Value weights = make_list(Type::get(TypeKind::Tensor), {model.scale.requires_grad_()});
  model.root->set_attr("weights", weights);
  const auto g = parse_graph(R"(graph(%self : __torch__.M):
    %w : Tensor[] = prim::GetAttr[name="weights"](%self)
    return (%w))");
  EXPECT_TRUE(freeze(*g, model.context()));
  const Tensor& t = constant_value(g->outputs()[0])->toListRef().items[0].toTensor();
  EXPECT_FALSE(t.requires_grad());
  EXPECT_TRUE(t.is_alias_of(model.scale));
  EXPECT_TRUE(weights.toListRef().items[0].toTensor().requires_grad());
}

}  // namespace
}  // namespace tealight::ir

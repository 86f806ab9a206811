#include "testing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

TEST(Info, DescribesAModel) {
  const Printed p = tealight({"info", kNets + "net_extra.ptl"});
  EXPECT_EQ(p.status, 0);
  EXPECT_HAS(p.out, "PyTorch Mobile model (zip)");
  EXPECT_HAS(p.out, "bytecode version 8, operator version 3");
  EXPECT_HAS(p.out, "written by PyTorch 1.12 or newer");
  EXPECT_HAS(p.out, "21 parameters in 9 tensors (68 bytes)");
  EXPECT_HAS(p.out, "  forward(Tensor x, float scale=2.) -> Tensor");
  EXPECT_HAS(p.out, "operators  all 9 are supported");
  EXPECT_HAS(p.out, "  labels.txt, 8 bytes");
}

TEST(Info, GivesTheSameAsJson) {
  const json j = tealight({"info", kNets + "net_extra.ptl", "--json"}).json();
  EXPECT_EQ(j["bytecode_version"], 8);
  EXPECT_EQ(j["runnable"], true);
  EXPECT_EQ(j["methods"][1]["signature"], "describe(str key) -> ((int, str[]))");
  EXPECT_EQ(j["extra_files"]["dir/x.bin"], 2);
  EXPECT_EQ(j["parameters"], 21);
  bool linear = false;
  for (const json& o : j["operators"])
    linear = linear || (o["name"] == "aten::linear" && o["uses"] == 1 && o["supported"] == true);
  EXPECT_TRUE(linear);
  EXPECT_EQ(tealight({"info", kModels + "bundled.ptl", "--json"}).json()["bundled_inputs"], 2);
  EXPECT_EQ(tealight({"info", kNets + "net_v5.ptl", "--json"}).json()["producer"], "PyTorch 1.9");
  EXPECT_EQ(tealight({"info", kNets + "net_flat.ptl", "--json"}).json()["bytecode_version"], 9);
  EXPECT_EQ(tealight({"info", kNets + "net_debug.ptl", "--json"}).json()["debug_records"], true);
}

TEST(Info, ListsInputs) {
  const auto inputs = [](const std::string& file) {
    return tealight({"info", kNets + file, "--json"}).json().at("methods").at(0).at("inputs");
  };
  const json bundled = inputs("net_bundled.ptl").at(0);
  EXPECT_EQ(bundled.at("name"), "x");
  EXPECT_EQ(bundled.at("type"), "Tensor");
  EXPECT_EQ(bundled.at("example"), "float32[2, 3]");
  const json scale = inputs("net.ptl").at(1);
  EXPECT_EQ(scale.at("name"), "scale");
  EXPECT_EQ(scale.at("default"), "2.0");
  const std::string text = tealight({"info", kNets + "net_bundled.ptl"}).out;
  EXPECT_HAS(text, "    x  Tensor  e.g. float32[2, 3]\n");
}

TEST(Info, ListsPackedWeights) {
  const json j = tealight({"info", kModels + "tiny_int8.ptl", "--json"}).json();
  size_t quantized = 0;
  for (const json& w : j["weights"]) quantized += w["dtype"] == "qint8";
  EXPECT_EQ(quantized, 3u);
  const Printed p = tealight({"info", kModels + "tiny_fused.ptl", "--weights"});
  EXPECT_HAS(p.out, "[4,3,3,3]");
  EXPECT_HAS(p.out, "432 bytes");
}

TEST(Info, TellsWhatOtherFilesAre) {
  const Printed p = tealight({"info", "README.md"});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(p.out, "a text");
  EXPECT_HAS(p.err, "fix: ");
  const Printed j = tealight({"info", "README.md", "--json"});
  EXPECT_EQ(j.status, 1);
  EXPECT_EQ(j.json()["runnable"], false);
}

TEST(InfoCode, ReadsLikePython) {
  EXPECT_EQ(tealight({"info", kModels + "branches.ptl", "--code"}).out,
            "def forward(self, x: Tensor, n: int) -> Tensor:\n"
            "    if n < 0:\n"
            "        raise ValueError('n is negative')\n"
            "    c_2 = x\n"
            "    for i_1 in range(n):\n"
            "        add_1 = add(c_2, other=i_1)\n"
            "        c_2 = add_1\n"
            "    c_4 = 0\n"
            "    go_i_2 = True\n"
            "    while go_i_2:\n"
            "        add_3 = c_4 + (n + 1)\n"
            "        go_i_2 = add_3 < 10\n"
            "        c_4 = add_3\n"
            "    if c_4 > 12:\n"
            "        v_1 = mul(c_2, other=c_4)\n"
            "    else:\n"
            "        v_1 = c_2\n"
            "    return v_1\n\n");
}

TEST(InfoCode, NamesAttributesAndTheAuthorsLines) {
  const Printed p = tealight({"info", kModels + "tiny.ptl", "--code", "--method", "forward"});
  EXPECT_HAS(p.out, "# features.0  conv.py:459\n");
  EXPECT_HAS(p.out,
             "conv2d_1 = conv2d(x, self.features.0.weight, self.features.0.bias, padding=[1, 1])");
  EXPECT_HAS(p.out, "if self.features.1.training:\n");
  EXPECT_HAS(p.out, "    return linear_1\n");
  const Printed tuples = tealight({"info", kModels + "values.ptl", "--code"});
  EXPECT_HAS(tuples.out, "def greeting(self, name: str, ending: Optional[str]=None) -> str:\n");
  EXPECT_HAS(tuples.out, "raise ValueError('the flag is set')");
}

// Of bytecode what it was compiled from, of TorchScript what it is.
TEST(InfoTorchScript, ShowsTheWholeProgram) {
  const std::string text = tealight({"info", "tests/golden/edit/parts.ptl", "--torchscript"}).out;
  EXPECT_HAS(text, "class Parts(Module):\n");
  EXPECT_HAS(
      text,
      "  def forward(self: __torch__.Parts,\n      x: Tensor) -> Tuple[Tensor, Dict[str, Tensor]]:\n");
  EXPECT_HAS(text, "torch.conv2d(x, ");
  const auto j = tealight({"info", "tests/golden/edit/parts.pt", "--torchscript", "--json"}).json();
  EXPECT_HAS(j["torchscript"]["__torch__.torch.nn.modules.linear"].get<std::string>(),
             "class Linear(Module):\n");
}

TEST(InfoBytecode, ListsInstructions) {
  const Printed p = tealight({"info", kModels + "branches.ptl", "--bytecode"});
  EXPECT_HAS(p.out, "__torch__.Branches.forward");
  EXPECT_HAS(p.out, "aten::lt.int");
  EXPECT_HAS(line_with(p.out, "JF"), "to ");
  EXPECT_EQ(tealight({"info", kModels + "branches.ptl", "--bytecode", "--method", "x"}).status, 2);
}

TEST(InfoGraph, DrawsTheFlowOfTensors) {
  EXPECT_EQ(
      tealight({"info", kModels + "tiny.ptl", "--graph"}).out,
      "forward(Tensor x) -> Tensor\n"
      "● input  x\n"
      "● conv2d  features.0  weight[4, 3, 3, 3], bias[4]  padding=[1, 1]\n"
      "● batch_norm  features.1  weight[4], bias[4], running_mean[4], running_var[4]  training=False, momentum=0.1, eps=1e-05\n"
      "● relu  features.2\n"
      "● conv2d  features.3  weight[4, 1, 3, 3], bias[4]  padding=[1, 1], groups=4\n"
      "● batch_norm  features.4  weight[4], bias[4], running_mean[4], running_var[4]  training=False, momentum=0.1, eps=1e-05\n"
      "● relu  features.5\n"
      "● mean  dim=[2, 3]\n"
      "● linear  fc  weight[2, 4], bias[2]\n"
      "● output\n\n");
}

TEST(InfoGraph, DrawsBranchesAndMerges) {
  const Printed p = tealight({"info", kModels + "yolo.ptl", "--graph", "--method", "forward"});
  EXPECT_HAS(p.out,
             "● input  x\n"
             "● mean\n"
             "● mul  other=0\n");
  EXPECT_HAS(p.out, "● add  rows[1, 3, 7]\n");
  const Printed loop = tealight({"info", kModels + "branches.ptl", "--graph"});
  EXPECT_HAS(loop.out, "[loop] add\n");
  EXPECT_HAS(loop.out, "[if] mul");
}

TEST(Info, GivesProgramsAsJson) {
  const json j =
      tealight({"info", kModels + "tiny.ptl", "--json", "--code", "--graph", "--bytecode"}).json();
  const json& forward = j["programs"]["forward"];
  EXPECT_HAS(forward["code"].get<std::string>(), "return linear_1");
  EXPECT_HAS(forward["bytecode"].get<std::string>(), "aten::linear");
  EXPECT_EQ(forward["graph"][1]["operator"], "conv2d");
  EXPECT_EQ(forward["graph"][1]["module"], "features.0");
  EXPECT_EQ(forward["graph"][1]["inputs"], json::array({0}));
  EXPECT_EQ(j["runnable"], true);
}

TEST(InfoGraph, WritesAnSvg) {
  const std::string folder = scratch_folder();
  ASSERT_EQ(tealight({"info", kModels + "tiny.ptl", "--graph", folder + "flow.svg"}).status, 0);
  const std::string svg = text_of(folder + "flow.svg");
  EXPECT_EQ(svg.substr(0, 5), "<svg ");
  EXPECT_HAS(svg, "features.3");
  size_t circles = 0;
  for (size_t at = 0; (at = svg.find("<circle", at)) != std::string::npos; ++at) ++circles;
  EXPECT_EQ(circles, 10u);
  EXPECT_EQ(tealight({"info", "--graph", kModels + "tiny.ptl"}).status, 0);  // the model comes last
}

}  // namespace
}  // namespace tealight::cli

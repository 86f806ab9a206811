// Whole model files: tests/golden/models, which PyTorch wrote, and small ones made here.
#include "format/load.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "format/inspect.h"
#include "format/test_files.h"

namespace tealight {
namespace {

using testing::SmallModel;
using testing::source_of;
using namespace testing::pickle;

const std::string kFolder = "tests/golden/models/";
const std::vector<std::string> kNets = {"net.ptl",       "net_small.ptl", "net_debug.ptl",
                                        "net_extra.ptl", "net_flat.ptl",  "net_v4.ptl",
                                        "net_v5.ptl",    "net_v6.ptl",    "net_v7.ptl"};

ReadOptions to_look_at() {
  ReadOptions o;
  o.allow_unknown_classes = true;
  o.verify_weights = true;
  o.checksums = Checksums::fail;
  return o;
}
ModelFile read_golden(const std::string& name) {
  return read_model(ByteSource::file(kFolder + name), to_look_at());
}
std::string bytes_of(const std::string& name) {
  std::ifstream in(kFolder + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const Value& attribute(const Value& root, const std::string& path) {
  const size_t dot = path.find('.');
  const Value& v = root.toObjectRef().attr(path.substr(0, dot));
  return dot == path.npos ? v : attribute(v, path.substr(dot + 1));
}

std::string hex_of(const Tensor& t) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  const auto add = [&](auto&& self, const uint8_t* p, size_t d) -> void {
    if (d < t.sizes().size()) {
      for (int64_t i = 0; i < t.sizes()[d]; ++i)
        self(self, p + size_t(i * t.strides()[d]) * t.itemsize(), d + 1);
      return;
    }
    for (size_t i = 0; i < t.itemsize(); ++i) out += {kDigits[p[i] >> 4], kDigits[p[i] & 15]};
  };
  add(add, t.as<uint8_t>(), 0);
  return out.empty() ? "-" : out;
}

// "name dtype shape bytes", as models.txt has it.
std::string line_of(const std::string& name, const Tensor& t) {
  std::string shape;
  for (int64_t n : t.sizes()) shape += (shape.empty() ? "" : ",") + std::to_string(n);
  return str(name, " ", python_name(t.dtype()), " ", shape, " ", hex_of(t));
}

TEST(ReadModel, GivesThePythonModelsState) {
  for (const std::string& file : kNets) {
    const ModelFile m = read_golden(file);
    std::ifstream expected(kFolder + "models.txt");
    int lines = 0;
    for (std::string line; std::getline(expected, line);) {
      if (line.starts_with("#")) continue;
      const std::string name = line.substr(0, line.find(' '));
      EXPECT_EQ(line_of(name, attribute(m.root, name).toTensor()), line) << file;
      ++lines;
    }
    EXPECT_EQ(lines, 9);
  }
}

TEST(ReadModel, KeepsSharingAndStrides) {
  for (const std::string& file : kNets) {
    const ModelFile m = read_golden(file);
    EXPECT_TRUE(attribute(m.root, "inner.fc.weight")
                    .toTensor()
                    .is_alias_of(attribute(m.root, "same.fc.weight").toTensor()))
        << file;
    EXPECT_EQ(attribute(m.root, "columns").toTensor().strides(), (IntArrayRef{1, 3})) << file;
  }
}

TEST(ReadModel, GivesAttributesTheirTypes) {
  for (const std::string& file : kNets) {
    const ModelFile m = read_golden(file);
    EXPECT_EQ(m.root.toObjectRef().cls->name, "__torch__.Net");
    EXPECT_EQ(repr(attribute(m.root, "names")), "['a', 'ü']") << file;
    EXPECT_EQ(attribute(m.root, "names").type()->annotation(), "List[str]") << file;
    EXPECT_EQ(attribute(m.root, "table").type()->annotation(), "Dict[str, int]") << file;
    EXPECT_EQ(repr(attribute(m.root, "pairs")), "[(1, 0.5)]") << file;
    EXPECT_TRUE(attribute(m.root, "maybe").isNone());
    EXPECT_EQ(attribute(m.root, "number"), Value(3));
    EXPECT_EQ(attribute(m.root, "device").toDevice(), Device("cpu"));
    EXPECT_EQ(attribute(m.root, "training"), Value(false));
  }
}

TEST(ReadModel, GivesFunctionsWithSchemas) {
  for (const std::string& file : kNets) {
    const ModelFile m = read_golden(file);
    const Function* forward = m.find_function("__torch__.Net.forward");
    ASSERT_TRUE(forward) << file;
    ASSERT_TRUE(forward->schema) << file;
    ASSERT_EQ(forward->schema->arguments.size(), 3u);
    EXPECT_EQ(forward->schema->arguments[1].type->annotation(), "Tensor");
    EXPECT_EQ(forward->schema->arguments[2].name, "scale");
    EXPECT_EQ(forward->schema->arguments[2].default_value, Value(2.0)) << file;
    EXPECT_FALSE(forward->schema->arguments[1].default_value);
    EXPECT_FALSE(forward->code.instructions.empty());
    EXPECT_EQ(forward->code.instructions.back().op, OpCode::RET);
    EXPECT_GT(forward->code.register_count, 0u);
    EXPECT_EQ(m.root.toObjectRef().cls->methods.size(), 2u) << file;
  }
}

TEST(ReadModel, KnowsVersions) {
  EXPECT_EQ(read_golden("net.ptl").bytecode_version, 8);
  EXPECT_EQ(read_golden("net_flat.ptl").bytecode_version, 9);
  for (int v : {4, 5, 6, 7}) EXPECT_EQ(read_golden(str("net_v", v, ".ptl")).bytecode_version, v);
  EXPECT_EQ(read_golden("net.ptl").operator_version, 3);
}

TEST(ReadModel, KeepsExtraFiles) {
  const std::map<std::string, std::string> expected = {{"labels.txt", "cat\ndog\n"},
                                                       {"dir/x.bin", std::string("\0\1", 2)}};
  EXPECT_EQ(read_golden("net_extra.ptl").extra_files, expected);
  EXPECT_EQ(read_extra_files(ByteSource::file(kFolder + "net_extra.ptl")), expected);
  EXPECT_TRUE(read_golden("net.ptl").extra_files.empty());
}

TEST(ReadModel, SaysWhereInstructionsComeFrom) {
  const ModelFile m = read_golden("net_debug.ptl");
  const Code& code = m.find_function("__torch__.Net.forward")->code;
  ASSERT_EQ(code.debug_handles.size(), code.instructions.size());
  bool found = false;
  for (size_t i = 0; i < code.instructions.size(); ++i) {
    const Instruction& in = code.instructions[i];
    if (in.op != OpCode::OP || code.operators.at(size_t(in.x)).name != "aten::relu") continue;
    const auto& frames = m.debug.at(code.debug_handles[i]);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].module, "top(Net).inner(Inner)");
    EXPECT_EQ(frames[0].function, "forward");
    EXPECT_EQ(frames[0].text, "return torch.relu(self.fc(x))");
    EXPECT_TRUE(frames[0].file.ends_with("models.py"));
    EXPECT_GT(frames[0].line, 0);
    EXPECT_EQ(frames[1].text, "return self.inner(x) * scale + self.columns[:2, 0]");
    EXPECT_EQ(frames[1].function, "forward");
    found = true;
  }
  EXPECT_TRUE(found);
  ReadOptions without = to_look_at();
  without.debug_info = false;
  EXPECT_TRUE(read_model(ByteSource::file(kFolder + "net_debug.ptl"), without).debug.empty());
}

TEST(ReadModel, LeavesSetstatesToTheRuntime) {
  for (const char* file : {"quantized.ptl", "quantized_flat.ptl"}) {
    const ModelFile m = read_golden(file);
    ASSERT_EQ(m.pending.size(), 1u) << file;
    for (const PendingState& p : m.pending) {
      EXPECT_EQ(p.setstate->class_name(), p.object->cls->name) << file;
      EXPECT_TRUE(p.object->slots.empty());
      EXPECT_TRUE(p.state.isTuple());
    }
  }
}

TEST(ReadModel, ReadsFromEverySource) {
  const std::string bytes = bytes_of("net_small.ptl");
  const int fd = ::open((kFolder + "net_small.ptl").c_str(), O_RDONLY);
  const std::vector<ByteSource> sources = {
      source_of(bytes), ByteSource::memory(bytes.data(), bytes.size()), ByteSource::descriptor(fd),
      ByteSource::callback(bytes.size(), [&](uint64_t offset, void* to, size_t n) {
        std::memcpy(to, bytes.data() + offset, n);
      })};
  ::close(fd);
  for (const ByteSource& s : sources) {
    const ModelFile m = read_model(s);
    EXPECT_EQ(hex_of(attribute(m.root, "ints").toTensor()), "0100feff0300") << s.name();
    EXPECT_EQ(m.path, s.name());
  }
}

std::string error_of(const std::string& bytes) {
  try {
    read_model(source_of(bytes), to_look_at());
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(ReadModel, RejectsEveryTruncation) {
  for (const char* file : {"net_small.ptl", "net_flat.ptl", "prepacked.ptl"}) {
    const std::string whole_file = bytes_of(file);
    ASSERT_EQ(error_of(whole_file), "") << file;
    for (size_t n = 0; n < whole_file.size(); n += 3)
      EXPECT_NE(error_of(whole_file.substr(0, n)), "") << file << " " << n;
  }
}

TEST(ReadModel, SurvivesFlippedBytes) {
  for (const char* file : {"net_small.ptl", "net_flat.ptl", "quantized.ptl", "prepacked.ptl"}) {
    const std::string whole_file = bytes_of(file);
    ReadOptions options = to_look_at();
    options.checksums = Checksums::ignore;
    size_t rejected = 0;
    for (size_t i = 0; i < whole_file.size(); i += 2) {
      std::string changed = whole_file;
      changed[i] = char(uint8_t(changed[i]) ^ (1u << (i / 2 % 8)));
      try {
        read_model(source_of(changed), options);
      } catch (const Error&) {
        ++rejected;
      }
    }
    EXPECT_GT(rejected, whole_file.size() / 40) << file;
  }
}

TEST(ReadModel, ReadsBytecodeWithoutANumber) {
  SmallModel m;
  m.numbered = false;
  const ModelFile file = read_model(source_of(m.zip().finish()));
  EXPECT_EQ(file.bytecode_version, 3);
  EXPECT_EQ(file.functions.size(), 1u);
  EXPECT_FALSE(file.functions[0]->schema);
  EXPECT_EQ(attribute(file.root, "w").toTensor().numel(), 3);
}

TEST(ReadModel, RejectsWhatIsNoBytecode) {
  const auto error = [](auto change) {
    SmallModel m;
    change(m);
    return error_of(m.zip().finish());
  };
  const auto expect = [&](auto change, const char* part) {
    EXPECT_NE(error(change).find(part), std::string::npos) << error(change);
  };
  EXPECT_EQ(error([](SmallModel&) {}), "");
  expect([](SmallModel& m) { m.version = 2; }, "version 2");
  expect([](SmallModel& m) { m.version = 10; }, "_backport_for_mobile");
  expect([](SmallModel& m) { m.instructions = tuple({SmallModel::instruction("HALT", 0, 0)}); },
         "unknown instruction 'HALT'");
  expect(
      [](SmallModel& m) {
        m.instructions = tuple({SmallModel::instruction("JMP", int64_t(1) << 40, 0)});
      },
      "operands");
  expect([](SmallModel& m) { m.instructions = tuple({SmallModel::instruction("OPN", 0, -1)}); },
         "operands");
  expect([](SmallModel& m) { m.instructions = tuple({text("RET")}); }, "Expected Tuple");
  expect([](SmallModel& m) { m.registers = number(-1); }, "register_size is -1");
  expect([](SmallModel& m) { m.registers = number(int64_t(1) << 40); }, "register_size is");
  expect([](SmallModel& m) { m.types = tuple({text("List[")}); }, "cannot read type");
  expect(
      [](SmallModel& m) {
        m.operators = tuple({tuple({text("aten::add"), text("Tensor"), number(-7)})});
      },
      "-7 arguments");
  expect([](SmallModel& m) { m.schema = tuple({field("arguments", tuple({}))}); },
         "'returns' is missing");
  expect([](SmallModel& m) { m.root = number(1); }, "not a module");
  expect(
      [](SmallModel& m) {
        m.root = object("__torch__", "M",
                        dict({text("w"), tensor(storage("FloatStorage", "9", 3), 0, {3}, {1})}));
      },
      "no record 'data/9'");
  expect(
      [](SmallModel& m) {
        m.root = object("__torch__", "M",
                        dict({text("w"), tensor(storage("FloatStorage", "0", 4), 0, {3}, {1})}));
      },
      "too few for 4 elements");
  expect(
      [](SmallModel& m) {
        m.root = object(
            "__torch__", "M",
            dict({text("w"), tensor(storage("FloatStorage", "0", int64_t(1) << 62), 0, {3}, {1})}));
      },
      "elements");
}

TEST(ReadModel, ErrorsNameTheFileAndTheRecord) {
  SmallModel m;
  m.root = number(1) + "\xff";
  const std::string e = error_of(m.zip().finish());
  EXPECT_NE(e.find("data.pkl, offset"), std::string::npos) << e;
  EXPECT_NE(e.find("at memory"), std::string::npos) << e;
}

TEST(ReadModel, RejectsNewerOperators) {
  SmallModel m;
  testing::ZipBuilder z;
  z.add("a/data.pkl", m.data()).add("a/bytecode.pkl", m.bytecode()).add("a/.data/version", "11\n");
  EXPECT_NE(error_of(z.finish()).find("operators have version 11"), std::string::npos);
}

TEST(ReadModel, OneStorageForEachRecord) {
  SmallModel m;
  const std::string s = storage("FloatStorage", "0", 3);
  m.root = object("__torch__", "M",
                  dict({text("a"), tensor(s, 0, {3}, {1}), text("b"), tensor(s, 1, {2}, {1})}));
  const ModelFile file = read_model(source_of(m.zip().finish()));
  EXPECT_TRUE(
      attribute(file.root, "a").toTensor().is_alias_of(attribute(file.root, "b").toTensor()));
}

TEST(Inspect, TellsVersionsAndRecords) {
  const FileInfo zip = inspect(ByteSource::file(kFolder + "net_v6.ptl"));
  EXPECT_EQ(zip.kind, FileKind::ptl_zip);
  EXPECT_EQ(zip.bytecode_version, 6);
  EXPECT_EQ(zip.operator_version, 3);
  EXPECT_FALSE(zip.records.empty());
  EXPECT_EQ(zip.problem, "");
  const FileInfo flat = inspect(ByteSource::file(kFolder + "net_flat.ptl"));
  EXPECT_EQ(flat.bytecode_version, 9);
  EXPECT_FALSE(flat.records.empty());
  EXPECT_EQ(inspect(source_of("hello")).kind, FileKind::text);
}

TEST(Inspect, TellsOfProblems) {
  std::string broken = testing::ZipBuilder().add("a/data.pkl", "x").finish();
  broken[1] = 'Q';
  EXPECT_EQ(inspect(source_of(broken)).kind, FileKind::unknown);
  testing::ZipBuilder lie;
  lie.add("a/data.pkl", "x");
  lie.entries[0].size = 7;
  EXPECT_NE(inspect(source_of(lie.finish())).problem, "");
}

}  // namespace
}  // namespace tealight

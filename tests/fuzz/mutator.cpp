#include "mutator.h"

#include "graph/code.h"

namespace tealight::testing {
namespace {

bool is_flatbuffer(const std::string& file) {
  return file.size() > 8 && file.compare(4, 4, "PTMF") == 0;
}
bool is_pickle(const std::string& name) { return name.ends_with(".pkl") || name.ends_with("_pkl"); }

// What follows an opcode: bytes, then as many more as they say, or lines.
struct Layout {
  std::string_view opcodes;
  size_t fixed = 0, length = 0;
  int lines = 0;
};
constexpr Layout kLayouts[] = {
    {"Kqh\x80", 1},    {"M", 2},       {"Jrj", 4},      {"G\x95", 8},          {"UC\x8a\x8c", 0, 1},
    {"XTB\x8b", 0, 4}, {"\x8e", 0, 8}, {"ci", 0, 0, 2}, {"ILFSVpgP", 0, 0, 1},
};

// How many bytes belong to the instruction at `at`, itself included.
size_t instruction_size(const std::string& p, size_t at) {
  for (const Layout& l : kLayouts) {
    if (l.opcodes.find(p[at]) == l.opcodes.npos) continue;
    uint64_t follow = 0;
    for (size_t i = 0; i < l.length && at + 1 + i < p.size(); ++i)
      follow |= uint64_t(uint8_t(p[at + 1 + i])) << (8 * i);
    size_t end = at;
    for (int n = 0; n < l.lines && end < p.size(); ++n)
      end = std::min(p.find('\n', end + 1), p.size());
    return 1 + l.fixed + l.length + size_t(std::min<uint64_t>(follow, p.size())) + (end - at);
  }
  return 1;
}

bool is_number(const std::string& i) {
  return i[0] == 'K' || i[0] == 'M' || i[0] == 'J' || i[0] == '\x8a';
}
bool is_text(const std::string& i) { return i[0] == 'X'; }
bool is_memo(const std::string& i) { return i[0] == 'h' && i.size() == 2; }

}  // namespace

std::vector<std::string> split_pickle(const std::string& pickle) {
  std::vector<std::string> out;
  for (size_t at = 0; at < pickle.size();) {
    const size_t n = std::min(instruction_size(pickle, at), pickle.size() - at);
    out.push_back(pickle.substr(at, n));
    at += n;
  }
  return out;
}

std::string Mutator::operator()(const std::string& file, const std::string& other) {
  switch (random_.below(12)) {
    case 0: {
      std::string changed = file;
      change_bytes_(changed);
      return changed;
    }
    case 1:
      return file.substr(0, random_.below(file.size()));
    case 2:
      return splice(file, other);
    default:
      return is_flatbuffer(file) ? change_flatbuffer(file) : change_zip(file, other);
  }
}

void Mutator::damage(std::string& bytes) {
  for (size_t n = 1 + random_.below(6); n > 0 && !bytes.empty(); --n) {
    const size_t at = random_.below(bytes.size()), length = 1 + random_.below(16);
    switch (random_.below(6)) {
      case 0:
        bytes.erase(at, length);
        break;
      case 1:
        bytes.insert(at, bytes, random_.below(bytes.size()), length);
        break;
      case 2:
        bytes[at] = char(random_.next());
        break;
      default:
        bytes[at] = char(uint8_t(bytes[at]) ^ (1u << random_.below(8)));
    }
  }
}

std::string Mutator::splice(const std::string& a, const std::string& b) {
  return a.substr(0, random_.below(a.size())) + b.substr(random_.below(b.size()));
}

// ---- zip

std::vector<Mutator::Record> Mutator::records_of(const std::string& file, std::string& root) {
  std::vector<Record> out;
  try {
    const ZipFile zip(ByteSource::memory(file.data(), file.size()));
    root = zip.root();
    for (const ZipRecord& r : zip.records())
      out.push_back({r.name, std::string(zip.read(r).text())});
  } catch (const Error&) {
  }
  return out;
}

std::string Mutator::change_zip(const std::string& file, const std::string& other) {
  std::string root, unused;
  std::vector<Record> records = records_of(file, root);
  const std::vector<Record> others = records_of(other, unused);
  if (records.empty()) {
    std::string changed = file;
    change_bytes_(changed);
    return changed;
  }
  for (size_t n = 1 + random_.one_in(4); n > 0 && !records.empty(); --n) {
    const size_t at = pick_record(records);
    switch (random_.below(32)) {
      case 0:
        records.erase(records.begin() + ptrdiff_t(at));
        break;
      case 1:
        records.push_back(records[at]);
        break;
      case 2:
        records[at].data.resize(random_.below(records[at].data.size() + 1));
        break;
      default:
        change_record(records[at], others);
    }
  }
  return pack(root, records);
}

size_t Mutator::pick_record(const std::vector<Record>& records) {
  const size_t how = random_.below(8);
  for (size_t tries = 0; tries < 50; ++tries) {
    const size_t at = random_.below(records.size());
    const std::string& name = records[at].name;
    if (how < 4   ? name == "bytecode.pkl"
        : how < 6 ? name == "data.pkl"
                  : how > 6 || is_pickle(name))
      return at;
  }
  return random_.below(records.size());
}

void Mutator::change_record(Record& record, const std::vector<Record>& others) {
  const Record* other = nullptr;
  for (const Record& r : others)
    if (r.name == record.name) other = &r;
  if (other && random_.one_in(8)) {
    record.data = random_.one_in(2) ? other->data : splice(record.data, other->data);
  } else if (is_pickle(record.name) && !random_.one_in(8)) {
    record.data = change_pickle(record.data, other ? other->data : "");
  } else {
    change_bytes_(record.data);
  }
}

std::string Mutator::pack(const std::string& root, const std::vector<Record>& records) {
  ZipBuilder zip;
  for (const Record& r : records)
    zip.add(root.empty() ? r.name : root + "/" + r.name, r.data,
            {random_.one_in(6), random_.one_in(2), size_t(random_.one_in(4) ? 0 : 64)});
  if (random_.one_in(16)) {  // the directory lies
    Entry& e = zip.entries[random_.below(zip.entries.size())];
    uint64_t* const fields[] = {&e.size, &e.stored_size, &e.local_offset};
    *fields[random_.below(3)] = uint64_t(number());
  }
  return zip.finish(random_.one_in(2));
}

// ---- pickle

int64_t Mutator::number() {
  static const std::vector<int64_t> kEdges = {0,
                                              1,
                                              -1,
                                              2,
                                              3,
                                              4,
                                              7,
                                              8,
                                              16,
                                              63,
                                              127,
                                              128,
                                              255,
                                              256,
                                              1000,
                                              65535,
                                              65536,
                                              1 << 20,
                                              INT32_MAX,
                                              INT32_MIN,
                                              int64_t(INT32_MAX) + 1,
                                              int64_t(1) << 32,
                                              int64_t(1) << 40,
                                              int64_t(1) << 62,
                                              INT64_MAX,
                                              INT64_MIN};
  return random_.one_in(3) ? int64_t(random_.below(64)) - 8 : random_.pick(kEdges);
}

// Instructions, types, operators: what files are made of.
std::string Mutator::word() {
  static const std::vector<std::string> kWords = {
      "Tensor",
      "int",
      "List[int]",
      "List[Tensor]",
      "Dict[str, int]",
      "Optional[Tensor]",
      "Tuple[int, str]",
      "NoneType",
      "List[List[List[int]]]",
      "__torch__.X[NamedTuple, [[a, Tensor]]]",
      "__torch__.torch.classes.quantized.LinearPackedParamsBase",
      "aten::append",
      "t",
      "aten::add",
      "aten::reshape",
      "aten::as_strided",
      "aten::view",
      "aten::expand",
      "aten::resize_",
      "aten::index",
      "aten::cat",
      "aten::conv2d",
      "aten::set_",
      "prim::TupleUnpack",
      "prim::ListUnpack",
      "aten::__getitem__",
      "aten::zeros",
      "aten::repeat",
      "aten::mul",
      "left_t",
      "str",
      "aten::format",
      "aten::to",
      "device",
      "training",
      "storage",
      ""};
  if (random_.one_in(2))
    return std::string(opcode_name(OpCode(random_.below(size_t(OpCode::kCount)))));
  return random_.pick(kWords);
}

std::string Mutator::change_pickle(const std::string& text, const std::string& other) {
  std::vector<std::string> all = split_pickle(text);
  const std::vector<std::string> others = split_pickle(other);
  for (size_t n = 1 + random_.one_in(4); n > 0 && !all.empty(); --n)
    change_instruction(all, others);
  return pickle::joined(all);
}

void Mutator::change_instruction(std::vector<std::string>& all,
                                 const std::vector<std::string>& others) {
  const size_t at = random_.below(all.size());
  std::string& one = all[at];
  switch (random_.below(16)) {
    case 0:
      all.erase(all.begin() + ptrdiff_t(at));
      return;
    case 1:
      all.insert(all.begin() + ptrdiff_t(at), random_.pick(all));
      return;
    case 2:
      std::swap(one, all[random_.below(all.size())]);
      return;
    case 3:
      one = others.empty() ? random_.pick(all) : random_.pick(others);
      return;
    default:
      break;
  }
  // The next number, text or memo, changed as such.
  for (size_t i = at; i < all.size(); ++i) {
    std::string& it = all[i];
    if (is_number(it)) return void(it = pickle::number(number()));
    if (is_memo(it)) return void(it[1] = char(random_.below(32)));
    if (!is_text(it) || random_.one_in(4)) continue;
    for (int tries = 0; tries < 20; ++tries) {
      const std::string& from = random_.pick(random_.one_in(3) && !others.empty() ? others : all);
      if (is_text(from)) return void(it = std::string(from));
    }
    return void(it = pickle::text(word()));
  }
}

// ---- flatbuffer

// Small numbers are mostly indexes and operands, large ones offsets to tables: one wrong offset
// and nothing behind it is looked at.
std::string Mutator::change_flatbuffer(std::string file) {
  for (size_t n = 1 + random_.below(3); n > 0; --n) {
    const size_t size = size_t(2) << random_.below(2), words = file.size() / size;
    size_t at = 0;
    uint32_t old = 0;
    for (int tries = 0; tries < 20; ++tries) {
      at = random_.below(words) * size, old = 0;
      std::memcpy(&old, &file[at], size);
      if (old > 0 && old < 100) break;
    }
    const uint32_t value = random_.one_in(4)   ? uint32_t(number())
                           : random_.one_in(2) ? uint32_t(random_.below(64))
                                               : old + uint32_t(random_.below(9)) - 4;
    std::memcpy(&file[at], &value, size);
  }
  return file;
}

}  // namespace tealight::testing

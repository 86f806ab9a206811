#include "tealight/data/npy.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tealight/error.h"

namespace tealight {
namespace {

std::vector<std::byte> to_bytes(std::string_view text) {
  auto data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

std::vector<std::byte> npy(const std::string& header, std::string_view elements, char major = 1) {
  std::string text = std::string("\x93NUMPY") + major + '\0';
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    text += static_cast<char>(header.size() >> 8 * i & 255);
  return to_bytes(text + header + std::string(elements));
}

std::string error_of(const std::vector<std::byte>& file) {
  try {
    parse_npy(file, "x.npy");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string elements_of(const NpyArray& array) {
  return {reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size()};
}

constexpr const char* kHeader = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n";

TEST(Npy, ReadsEveryFormatVersion) {
  for (char major : {1, 2, 3}) {
    NpyArray array = parse_npy(npy(kHeader, "abcdef", major), "x.npy");
    EXPECT_EQ(array.dtype, "u1");
    EXPECT_EQ(array.shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(elements_of(array), "abcdef");
  }
}

TEST(Npy, TurnsFortranOrderIntoCOrder) {
  auto file = npy("{'shape':(2,3),'fortran_order':True,\"descr\":'|i1'}", "adbecf");
  EXPECT_EQ(elements_of(parse_npy(file, "x.npy")), "abcdef");
  file = npy("{'shape':(2,2,2),'fortran_order':True,'descr':'|i1'}", "aecgbfdh");
  EXPECT_EQ(elements_of(parse_npy(file, "x.npy")), "abcdefgh");
}

TEST(Npy, TurnsBigEndianIntoLittleEndian) {
  auto file = npy("{'shape':(2,),'fortran_order':False,'descr':'>u4'}", "abcdefgh");
  NpyArray array = parse_npy(file, "x.npy");
  EXPECT_EQ(array.dtype, "u4");
  EXPECT_EQ(elements_of(array), "dcbahgfe");
  file = npy("{'shape':(1,),'fortran_order':False,'descr':'>c8'}", "abcdefgh");
  EXPECT_EQ(elements_of(parse_npy(file, "x.npy")), "dcbahgfe");
}

TEST(Npy, ReadsScalarsEmptyArraysAndPython2Sizes) {
  EXPECT_TRUE(
      parse_npy(npy("{'shape':(),'fortran_order':False,'descr':'|b1'}", "a"), "").shape.empty());
  NpyArray empty = parse_npy(npy("{'shape':(3, 0),'fortran_order':True,'descr':'<f8'}", ""), "");
  EXPECT_EQ(empty.shape, (std::vector<int64_t>{3, 0}));
  EXPECT_EQ(
      parse_npy(npy("{'shape':(2L,),'fortran_order':False,'descr':'|u1'}", "ab"), "").shape[0], 2);
}

TEST(Npy, WritesWhatItReadsForEveryDtype) {
  for (const char* dtype :
       {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1", "c8", "c16"}) {
    for (std::vector<int64_t> shape : {std::vector<int64_t>{}, {4}, {2, 3}, {0, 5}, {1, 1, 1, 7}}) {
      NpyArray array{dtype, shape, {}};
      array.bytes.resize(npy_byte_count(shape, npy_item_size(dtype), "test"));
      for (size_t i = 0; i < array.bytes.size(); ++i)
        array.bytes[i] = static_cast<std::byte>(i * 7);
      std::vector<std::byte> file = format_npy(array);
      EXPECT_EQ((file.size() - array.bytes.size()) % 64, 0u);
      NpyArray again = parse_npy(file, "x.npy");
      EXPECT_EQ(again.dtype, dtype);
      EXPECT_EQ(again.shape, shape);
      EXPECT_EQ(again.bytes, array.bytes);
    }
  }
}

TEST(Npy, RejectsEveryTruncation) {
  auto file = npy(kHeader, "abcdef");
  for (size_t length = 0; length < file.size(); ++length) {
    auto cut = std::vector<std::byte>(file.begin(), file.begin() + static_cast<ptrdiff_t>(length));
    EXPECT_NE(error_of(cut), "") << length;
  }
}

TEST(Npy, NamesWhatIsWrong) {
  auto error = [](const std::string& header) { return error_of(npy(header, "abcdef")); };
  EXPECT_NE(error_of(to_bytes("PK\3\4...............")).find("no .npy file"), std::string::npos);
  EXPECT_NE(error_of(npy(kHeader, "abcdef", 9)).find("version 9"), std::string::npos);
  EXPECT_NE(error_of(npy(kHeader, "abc")).find("needs 6 bytes, the file has 3"), std::string::npos);
  EXPECT_NE(error("{'shape':(6,),'fortran_order':False,'descr':'|O'}").find("dtype '|O'"),
            std::string::npos);
  EXPECT_NE(error("{'shape':(6,),'fortran_order':False,'descr':[('a','<f4')]}").find("structured"),
            std::string::npos);
  EXPECT_NE(error("{'shape':(6,),'fortran_order':False}").find("missing"), std::string::npos);
  EXPECT_NE(error("{'shape':(6),'fortran_order':False,'descr':'|u1'}").find("tuple"),
            std::string::npos);
  EXPECT_NE(error("{'shape':(-6,),'fortran_order':False,'descr':'|u1'}").find("size"),
            std::string::npos);
  EXPECT_NE(error("{'shape':(6,),'shape':(6,),'descr':'|u1'}").find("repeated"), std::string::npos);
  EXPECT_NE(error("{'shape':(6,),'fortran_order':False,'descr':'|u1'} x").find("after"),
            std::string::npos);
}

TEST(Npy, RejectsSizesThatOverflow) {
  auto file = npy("{'shape':(4294967296,4294967296,0),'fortran_order':False,'descr':'<f4'}", "");
  EXPECT_NE(error_of(file), "");
  file = npy("{'shape':(99999999999999999999,),'fortran_order':False,'descr':'<f4'}", "");
  EXPECT_NE(error_of(file), "");
}

TEST(Npy, WritesThroughATemporaryFile) {
  auto folder = std::filesystem::path(testing::TempDir()) / "tealight_npy";
  std::filesystem::create_directories(folder);
  NpyArray array{"u1", {3}, to_bytes("abc")};
  write_npy(folder / "a.npy", array);
  write_npy(folder / "a.npy", array);  // replaces
  EXPECT_EQ(read_npy(folder / "a.npy").bytes, array.bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  EXPECT_THROW(write_npy(folder / "none" / "a.npy", array), Error);
  EXPECT_THROW(read_npy(folder), Error);
  EXPECT_THROW(read_npy(folder / "b.npy"), Error);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tealight

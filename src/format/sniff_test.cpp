#include "format/sniff.h"

#include <gtest/gtest.h>

#include "format/load.h"
#include "format/test_files.h"

namespace tealight {
namespace {

using testing::source_of;
using testing::ZipBuilder;
using namespace std::string_literals;

FileKind kind_of(const std::string& bytes) { return sniff(source_of(bytes)); }
FileKind zip_of(const std::vector<std::string>& names) {
  ZipBuilder z;
  for (const std::string& n : names) z.add(n, "x");
  return kind_of(z.finish());
}

TEST(Sniff, TellsZipsApart) {
  EXPECT_EQ(zip_of({"m/data.pkl", "m/bytecode.pkl", "m/code/__torch__.py"}), FileKind::ptl_zip);
  EXPECT_EQ(zip_of({"m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"}),
            FileKind::torchscript_zip);
  EXPECT_EQ(zip_of({"m/version", "m/code/m.py", "m/tensors/0", "m/model.json"}),
            FileKind::torchscript_old_zip);
  EXPECT_EQ(zip_of({"archive/data.pkl", "archive/data/0", "archive/version"}),
            FileKind::checkpoint_zip);
  EXPECT_EQ(zip_of({"m/archive_format", "m/models/model.json", "m/data/weights/w_0"}),
            FileKind::exported_program);
  EXPECT_EQ(zip_of({"serialized_exported_program.json", "serialized_state_dict.json", "version"}),
            FileKind::exported_program);
  EXPECT_EQ(zip_of({"p/.data/extern_modules", "p/m/model.py", "p/.data/python_version"}),
            FileKind::package);
  EXPECT_EQ(zip_of({"arr_0.npy", "w.npy"}), FileKind::npz);
  EXPECT_EQ(zip_of({"metadata.json", "config.json", "model.weights.h5"}), FileKind::keras_zip);
  EXPECT_EQ(zip_of({"holiday/beach.jpg"}), FileKind::zip);
  EXPECT_EQ(kind_of(ZipBuilder().finish()), FileKind::zip);
  EXPECT_EQ(kind_of(ZipBuilder().add("m/data.pkl", std::string(1000, 'x')).finish().substr(0, 900)),
            FileKind::cut_zip);
}

TEST(Sniff, KnowsBinaryFormats) {
  EXPECT_EQ(kind_of("\x18\0\0\0PTMF"s + std::string(100, '\0')), FileKind::ptl_flatbuffer);
  EXPECT_EQ(kind_of("\x1c\0\0\0TFL3"s + std::string(100, '\0')), FileKind::tflite);
  EXPECT_EQ(kind_of("\x1c\0\0\0ET12"s + std::string(100, '\0')), FileKind::executorch);
  EXPECT_EQ(kind_of("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03."s),
            FileKind::checkpoint_legacy);
  EXPECT_EQ(kind_of("\x80\x04\x95\x05\0\0\0\0\0\0\0K\x01."s), FileKind::pickle);
  EXPECT_EQ(kind_of("\x93NUMPY\x01\0v\0{'descr'"s), FileKind::npy);
  EXPECT_EQ(kind_of("\x89HDF\r\n\x1a\n"s), FileKind::hdf5);
  EXPECT_EQ(kind_of("GGUF\x03\0\0\0"s), FileKind::gguf);
  EXPECT_EQ(kind_of("\x1f\x8b\x08\0"s), FileKind::compressed);
  EXPECT_EQ(kind_of("\xff\xd8\xff\xe0JFIF"s), FileKind::picture);
  EXPECT_EQ(kind_of("RIFF\x10\0\0\0WEBPVP8 "s), FileKind::picture);
  const std::string header = R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string length;
  testing::put(length, header.size(), 8);
  EXPECT_EQ(kind_of(length + header + "\0\0\0\0"s), FileKind::safetensors);
}

TEST(Sniff, KnowsOnnxByItsFirstFields) {
  EXPECT_EQ(kind_of("\x08\x07\x12\x07pytorch\x1a\x06"
                    "1.13.1:\x80\x01\n\x10"s),
            FileKind::onnx);
  EXPECT_EQ(kind_of("\x08\x08:\xd0\x01\n\x10\n\x01x\x12\x01y"s + std::string(20, 'z')),
            FileKind::onnx);
  EXPECT_EQ(kind_of("\x08\x01\x12\x08\n\x02\x12\x00\x10\x01\x18\x02"s + std::string(20, 'z')),
            FileKind::unknown);  // TensorFlow's saved model
}

std::string tar(const std::string& name) {
  std::string block(1024, '\0');
  block.replace(0, name.size(), name);
  block.replace(257, 5, "ustar");
  return block;
}

TEST(Sniff, TellsTarsApart) {
  EXPECT_EQ(kind_of(tar("storages")), FileKind::checkpoint_tar);
  EXPECT_EQ(kind_of(tar("./sys_info")), FileKind::checkpoint_tar);
  EXPECT_EQ(kind_of(tar("photos/a.jpg")), FileKind::tar);
}

TEST(Sniff, KnowsWhatDownloadsTurnInto) {
  EXPECT_EQ(kind_of("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
            FileKind::git_lfs_pointer);
  EXPECT_EQ(kind_of("<!DOCTYPE html>\n<html><body>404"), FileKind::html);
  EXPECT_EQ(kind_of("\n\n<HTML lang=en>"), FileKind::html);
  EXPECT_EQ(kind_of("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>"), FileKind::xml);
  EXPECT_EQ(kind_of("{\"message\": \"Not Found\"}"), FileKind::json);
  EXPECT_EQ(kind_of("Not Found"), FileKind::text);
  EXPECT_EQ(kind_of(""), FileKind::empty);
  EXPECT_EQ(kind_of("\x01\x02\x03\x04"), FileKind::unknown);
  EXPECT_EQ(kind_of(std::string(64, '\0')), FileKind::unknown);
}

TEST(Sniff, RefusalSaysWhatItIsAndWhatToDo) {
  for (int k = int(FileKind::checkpoint_zip); k <= int(FileKind::unknown); ++k) {
    try {
      refuse(FileKind(k), "x.ptl");
    } catch (const Error& e) {
      const std::string what = e.what();
      EXPECT_EQ(what.find("'x.ptl' is "), 0u) << what;
      EXPECT_NE(what.find(describe(FileKind(k))), std::string::npos);
      EXPECT_NE(what.find("fix: "), std::string::npos) << what;
    }
  }
}

TEST(Sniff, EveryKindHasItsOwnText) {
  for (int a = 0; a < int(FileKind::unknown); ++a)
    EXPECT_NE(describe(FileKind(a)), describe(FileKind::unknown)) << a;
}

TEST(Sniff, ReadModelRefusesWithTheSameText) {
  try {
    read_model(source_of("version https://git-lfs.github.com/spec/v1\n"));
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("git lfs pull"), std::string::npos);
  }
}

}  // namespace
}  // namespace tealight

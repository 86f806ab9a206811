// Every TorchScript file at hand is written anew into build/.../rewritten, where
// tests/torchscript/rewritten.py looks at them, and read again.
#include <gtest/gtest.h>

#include <filesystem>

#include "format/load.h"
#include "format/torchscript/torchscript_writer.h"
#include "format/ptl_zip/zip_writer.h"

namespace tealight {
namespace {
namespace fs = std::filesystem;

TEST(WriteModels, Scratch) {
  const fs::path out = getenv("OUT");
  for (const char* folder : {"models", "models_by_version"})
    for (const auto& e : fs::recursive_directory_iterator(fs::path("../shared") / folder)) {
      if (e.path().extension() != ".pt") continue;
      SCOPED_TRACE(e.path().string());
      ReadOptions options;
      options.keep_program = true;
      ModelFile file;
      try {
        file = read_model(ByteSource::file(e.path()), options);
      } catch (const Error& e) { continue; }
      if (!file.program) continue;
      const fs::path to = out / fs::relative(e.path(), "../shared");
      fs::create_directories(to.parent_path());
      try {
        write_file(to, [&](ByteSink& sink) { write_torchscript(file, sink, archive_root(to)); });
        read_model(ByteSource::file(to));
      } catch (const Error& e) { ADD_FAILURE() << e.what(); }
    }
}
}  // namespace
}  // namespace tealight

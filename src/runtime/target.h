// Where what the runtime writes goes, and what an archive's folder is called there.
#pragma once
#include <ostream>

#include "format/byte_sink.h"
#include "format/ptl_zip/zip_writer.h"

namespace tealight {

struct Target {
  std::function<void(const std::function<void(ByteSink&)>& write)> open;
  std::string root;
};

inline Target file_target(const std::string& path) {
  return {[path](const auto& write) { write_file(path, write); }, archive_root(path)};
}
inline Target sink_target(ByteSink& sink) {
  return {[&sink](const auto& write) { write(sink); }, "archive"};
}
inline Target stream_target(std::ostream& out) {
  return {[&out](const auto& write) {
            StreamSink sink(out);
            write(sink);
          },
          "archive"};
}

}  // namespace tealight

// An event file as TensorBoard reads it: TFRecords of Event messages.
//   uint64 length, uint32 masked crc32c of the length, the bytes, uint32 masked crc32c of them
#pragma once
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "train/log/protobuf.h"

namespace tealight::train {

/// Castagnoli's polynomial, as iSCSI and TFRecord take it.
uint32_t crc32c(std::string_view bytes);

/// Grows by whole records, so that a reader may follow it. Any thread may write.
class EventFile {
 public:
  /// Makes `folder` and in it "events.out.tfevents.<time>.<host>.<process>.<n><suffix>".
  explicit EventFile(const std::filesystem::path& folder, const std::string& suffix = "");
  /// One Event: `field` says which of its messages `payload` is (5: summary, 4: graph).
  void add(int field, const Message& payload, int64_t step, std::optional<double> wall_time = {});
  void flush();
  const std::filesystem::path& path() const { return path_; }

 private:
  void write(const Message& event);
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::filesystem::path path_;
  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace tealight::train

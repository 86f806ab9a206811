// Where libtorch's loading functions get their bytes.
#pragma once
#include "format/byte_source.h"
#include "tealight/libtorch_mobile.h"

namespace tealight::libtorch {

/// Throws for all but the CPU.
void check_device(const std::optional<Device>&);
ByteSource source_of(std::shared_ptr<const ReadAdapterInterface>);
ByteSource source_of(std::istream&);
ByteSource source_of(const std::string& file);

}  // namespace tealight::libtorch

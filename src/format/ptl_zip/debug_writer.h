// Writes the records that say where instructions come from (_save_mobile_debug_info=True).
#pragma once
#include "format/ptl_zip/zip_writer.h"
#include "graph/code.h"

namespace tealight {

/// Nothing when the model does not know. `functions` are those of the archive.
void write_debug_records(ZipWriter&, const ModelFile&,
                         const std::vector<std::unique_ptr<Function>>& functions, int64_t version);

}  // namespace tealight

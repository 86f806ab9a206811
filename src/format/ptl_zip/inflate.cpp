// Deflate, by zlib.
#include "core/parts.h"
#if !TL_WITHOUT_DEFLATE
#include <zlib.h>
#endif

#include "format/file_error.h"
#include "format/ptl_zip/zip.h"

namespace tealight {
#if TL_WITHOUT_DEFLATE

Bytes inflate_exactly(const Bytes&, uint64_t, const std::string& what) {
  fail_not_built_in(what + " is compressed");
}

#else
namespace {

struct Inflater {
  z_stream stream{};
  explicit Inflater(const std::string& what) {
    TL_CHECK(inflateInit2(&stream, -MAX_WBITS) == Z_OK, what, ": could not set up zlib");
  }
  ~Inflater() { inflateEnd(&stream); }
};

// zlib counts with unsigned int.
uInt chunk(size_t left) { return uInt(std::min<size_t>(left, 1u << 30)); }

}  // namespace

Bytes inflate_exactly(const Bytes& deflated, uint64_t size, const std::string& what) {
  Bytes out = allocate_bytes(size_t(size));
  Inflater inflater(what);
  z_stream& z = inflater.stream;
  uint8_t past_end;  // somewhere to notice data beyond the promised size
  z.next_in = deflated.data;
  z.next_out = out.data ? out.data : &past_end;
  size_t in_left = deflated.size, out_left = out.size;
  int status = Z_OK;
  while (status == Z_OK) {
    const uInt in = chunk(in_left), room = chunk(out_left);
    z.avail_in = in;
    z.avail_out = room;
    if (out_left == 0) {
      z.next_out = &past_end;
      z.avail_out = 1;
    }
    const uInt offered = z.avail_out;
    status = inflate(&z, Z_NO_FLUSH);
    in_left -= in - z.avail_in;
    const uInt got = offered - z.avail_out;
    if (got > room)
      corrupt(str(what, ": inflates to more than the ", size, " bytes that its header promises"));
    out_left -= got;
  }
  if (status != Z_STREAM_END)
    corrupt(str(what, ": damaged deflate data (", z.msg ? z.msg : "it ends too soon", ")"));
  if (out_left)
    corrupt(str(what, ": inflates to ", size - out_left, " bytes, not the ", size,
                " that its header promises"));
  return out;
}

#endif
}  // namespace tealight
